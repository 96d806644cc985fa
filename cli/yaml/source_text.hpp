// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::cli::yaml {

/// A file's text made ready for the parser: no byte order mark, line feeds only, and the byte offset at which each line starts.
struct SourceText {
  std::string name;
  std::string text;
  std::vector<std::string> lines;
  std::vector<std::size_t> line_starts;

  /// How many characters (not bytes) of that line, counted from 0, stand before the byte with that offset, plus 1.
  [[nodiscard]] int column_of(int line_index, std::size_t offset) const;

  /// The text from the first byte to the byte after the last one, cut at the end of the line.
  [[nodiscard]] std::string_view on_line(std::size_t first, std::size_t last) const;
};

/// Usage error for a text of more than 1 MiB, for UTF-16 and UTF-32, for bytes that are no UTF-8 and for control characters, none of
/// which YAML 1.2 (section 5.1) allows in a stream of UTF-8.
Result<SourceText> prepare(std::string_view text, std::string_view name);

/// How many characters that UTF-8 text has.
int count_characters(std::string_view utf8);

}  // namespace davit::cli::yaml
