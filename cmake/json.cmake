# SPDX-License-Identifier: Apache-2.0
# nlohmann/json.hpp defines two literal operators as inline functions. For the sake of their bodies every file that includes it instantiates
# the whole parser, half a second each time. davit uses neither, so it is compiled against a copy of that header that leaves them out.
find_file(DAVIT_JSON_HEADER nlohmann/json.hpp REQUIRED)
# An upgrade of the package makes a new copy: the other headers of the library are read where they are.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${DAVIT_JSON_HEADER}")
file(READ "${DAVIT_JSON_HEADER}" text)
string(FIND "${text}" "inline namespace literals" start)
set(last "}  // namespace literals\n")
string(FIND "${text}" "${last}" end)
if(start GREATER 0 AND end GREATER start)
  string(LENGTH "${last}" length)
  math(EXPR end "${end} + ${length}")
  string(SUBSTRING "${text}" 0 ${start} before)
  string(SUBSTRING "${text}" ${end} -1 after)
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/include/nlohmann/json.hpp" CONTENT "@before@@after@" @ONLY)
  target_include_directories(davit_options SYSTEM INTERFACE "${PROJECT_BINARY_DIR}/include")
  target_compile_definitions(davit_options INTERFACE JSON_USE_GLOBAL_UDLS=0)
endif()
