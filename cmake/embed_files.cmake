# SPDX-License-Identifier: Apache-2.0
# Script side of davit_embed: writes one C++ file from OUT, NAME, ROOT and FILES (separated by |).
string(REPLACE "|" ";" files "${FILES}")
set(text "// Generated from templates; do not edit.\n#include \"templates/embedded_file.hpp\"\n#include <array>\n\nnamespace davit::templates::${NAME} {\nnamespace {\n")
set(table "")
set(count 0)
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" hex HEX)
  string(LENGTH "${hex}" length)
  math(EXPR size "${length} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
  # Short literals, joined by the compiler: a single one of many kilobytes is slow to read.
  string(REGEX REPLACE "((\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..)+)" "\\1" bytes "${bytes}")
  string(APPEND text "constexpr char k_file_${count}[] = \"${bytes}\";\n")
  string(APPEND table "    EmbeddedFile{\"${file}\", std::string_view(k_file_${count}, ${size})},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND text "constexpr std::array<EmbeddedFile, ${count}> k_files{{\n${table}}};\n}  // namespace\n\nstd::span<const EmbeddedFile> files()\n{\n  return k_files;\n}\n}  // namespace davit::templates::${NAME}\n")
file(WRITE "${OUT}" "${text}")
