# SPDX-License-Identifier: Apache-2.0
# davit_library(<name> SOURCES <file>... [PUBLIC <target>...] [PRIVATE <target>...] [PCH <target>])
# One static library a layer or service. All of them share one precompiled header; commands have a second one that knows CLI11, which
# costs more to compile than most of the files that include it.
add_library(davit_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(davit_pch PRIVATE davit_options fmt::fmt nlohmann_json::nlohmann_json tl::expected)
target_precompile_headers(
  davit_pch PRIVATE
  <algorithm> <array> <atomic> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <span>
  <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)

add_library(davit_command_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(davit_command_pch PRIVATE davit_options fmt::fmt nlohmann_json::nlohmann_json tl::expected CLI11::CLI11)
get_target_property(davit_pch_headers davit_pch PRECOMPILE_HEADERS)
target_precompile_headers(davit_command_pch PRIVATE ${davit_pch_headers} <CLI/App.hpp>)

function(davit_library name)
  cmake_parse_arguments(ARG "" "PCH" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  if(NOT ARG_PCH)
    set(ARG_PCH davit_pch)
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(
    ${name}
    PUBLIC fmt::fmt nlohmann_json::nlohmann_json tl::expected ${ARG_PUBLIC}
    PRIVATE davit_options ${ARG_PRIVATE})
  target_precompile_headers(${name} REUSE_FROM ${ARG_PCH})
endfunction()
