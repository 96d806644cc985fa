# SPDX-License-Identifier: Apache-2.0
# davit_library(<name> SOURCES <file>... [PUBLIC <target>...] [PRIVATE <target>...])
# One static library a layer or service. All of them share one precompiled header.
add_library(davit_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(davit_pch PRIVATE davit_options fmt::fmt nlohmann_json::nlohmann_json tl::expected)
target_precompile_headers(
  davit_pch PRIVATE
  <algorithm> <array> <atomic> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <span>
  <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)

function(davit_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(
    ${name}
    PUBLIC fmt::fmt nlohmann_json::nlohmann_json tl::expected ${ARG_PUBLIC}
    PRIVATE davit_options ${ARG_PRIVATE})
  target_precompile_headers(${name} REUSE_FROM davit_pch)
endfunction()
