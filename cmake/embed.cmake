# SPDX-License-Identifier: Apache-2.0
# davit_embed(<target> <symbol-namespace> ROOT <dir> FILES <relative-file>...)
# Compiles files into the binary, as a table of (path, bytes) that <symbol-namespace>::files() returns.
function(davit_embed target name)
  cmake_parse_arguments(ARG "" "ROOT" "FILES" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}_embedded.cpp)
  set(inputs ${ARG_FILES})
  list(TRANSFORM inputs PREPEND ${ARG_ROOT}/)
  string(REPLACE ";" "|" files "${ARG_FILES}")
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${name} -DROOT=${ARG_ROOT} "-DFILES=${files}" -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
