// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "aws/dynamodb/format/problem.hpp"
#include "aws/dynamodb/format/text_source.hpp"

namespace davit::aws::dynamodb::format {

struct CsvCell {
  std::string text;
  bool quoted = false;  ///< tells "" from nothing
  Place at;
};

struct CsvRow {
  std::vector<CsvCell> cells;  ///< none at the end of the text
  Place at;
};

/// Reads one record (RFC 4180); lines end in LF or CRLF, blank lines are passed over. After a problem the source stands at the start of
/// the next line.
tl::expected<CsvRow, Problem> read_csv_row(TextSource& source);

/// The cell as RFC 4180 wants it, quoted where it must be. An empty text is quoted, because an empty cell means that there is no value.
std::string csv_cell(std::string_view text);

}  // namespace davit::aws::dynamodb::format
