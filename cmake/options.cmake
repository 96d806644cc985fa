# SPDX-License-Identifier: Apache-2.0
# davit_options: language level, warnings and instrumentation, linked PRIVATE so that users of an installed tree never inherit them.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(DAVIT_CCACHE ccache)
if(DAVIT_CCACHE)
  # ccache needs these two to accept a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${DAVIT_CCACHE})
endif()

add_library(davit_options INTERFACE)
target_compile_features(davit_options INTERFACE cxx_std_20)
target_include_directories(davit_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(
  davit_options
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align -Wnull-dereference -Wimplicit-fallthrough -Wextra-semi
            # Designated initialisers leave members out on purpose.
            -Wno-missing-field-initializers
            $<$<BOOL:${DAVIT_WERROR}>:-Werror> $<$<BOOL:${DAVIT_CCACHE}>:-fpch-preprocess>)
if(DAVIT_SANITIZE)
  target_compile_options(davit_options INTERFACE -fsanitize=${DAVIT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(davit_options INTERFACE -fsanitize=${DAVIT_SANITIZE})
endif()
if(DAVIT_COVERAGE)
  target_compile_options(davit_options INTERFACE --coverage)
  target_link_options(davit_options INTERFACE --coverage)
endif()
