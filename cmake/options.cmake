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
            # One section a function lets the linker drop what a release does not use.
            $<$<CONFIG:Release>:-ffunction-sections -fdata-sections>
            $<$<BOOL:${DAVIT_WERROR}>:-Werror> $<$<BOOL:${DAVIT_CCACHE}>:-fpch-preprocess>)
# GCC collects garbage from 128 MB on. Files that need 500 MB compile a tenth faster for 100 MB more when it waits.
target_compile_options(davit_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>)
if(DAVIT_SANITIZE)
  # GCC 12 takes std::regex for reading uninitialised memory once it instruments it.
  # Two checks of UBSan take a third of the compile time: a null pointer ends in a report of ASan as well, and unaligned loads are fine on
  # every architecture of Lambda.
  target_compile_options(davit_options INTERFACE -fsanitize=${DAVIT_SANITIZE} -fno-sanitize=null,alignment -fno-sanitize-recover=all
                                                 $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  # The relocations of an instrumented program take half of its start, and the tests start it thousands of times.
  target_link_options(davit_options INTERFACE -fsanitize=${DAVIT_SANITIZE} -no-pie)
endif()
if(DAVIT_SANITIZE OR DAVIT_COVERAGE)
  target_compile_definitions(davit_options INTERFACE DAVIT_INSTRUMENTED)
endif()
# Files of a folder are compiled four at a time, since each pays for its headers before its own first line. A preset that compiles more
# files at once keeps its own number. A type of a file's own is in sight of other files then.
if(NOT CMAKE_UNITY_BUILD)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 4)
endif()
target_compile_options(davit_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
if(DAVIT_COVERAGE)
  target_compile_options(davit_options INTERFACE --coverage)
  target_link_options(davit_options INTERFACE --coverage)
endif()

# davit_executable_options: how the executable is linked. Every shared library costs each start its loading and its relocations, so that
# only libc is left. Symbols of static libraries stay inside: libcurl, opened at run time, brings a libcrypto of its own.
add_library(davit_executable_options INTERFACE)
if(NOT DAVIT_SANITIZE)
  target_link_options(davit_executable_options INTERFACE -static-libstdc++ -static-libgcc -Wl,--as-needed -Wl,--gc-sections -Wl,--exclude-libs,ALL)
endif()
