// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/format/csv_items.hpp"

/// Items on their way to a CSV file. Its header names the columns of every item, so that no line can be written before the last item is
/// known: until then an item waits as its cells, each with the number of its column.
namespace davit::aws::dynamodb::format {

/// Columns numbered in the order in which they were met.
class CsvColumnNumbers
{
public:
  CsvColumnNumbers() = default;
  /// The columns in that order; no column twice.
  explicit CsvColumnNumbers(std::vector<CsvColumn> columns);

  /// The number of the column, a new one when it was not met before.
  std::uint32_t number_of(std::string_view name, AttributeType type);

  [[nodiscard]] const std::vector<CsvColumn>& columns() const { return m_columns; }

private:
  std::vector<CsvColumn> m_columns;
  std::array<std::map<std::string, std::uint32_t, std::less<>>, 10> m_numbers;  ///< by type
};

/// Appends one cell, in CSV's own notation, to an item's cells.
void append_cell(std::string& cells, std::uint32_t column, std::string_view text);

/// Writes the lines of a file whose columns are all known.
class CsvLines
{
public:
  explicit CsvLines(const CsvColumnNumbers& numbers);

  /// With its end of line; empty when there is no column.
  [[nodiscard]] std::string header() const;

  /// The line of an item's cells, with its end. The view holds until the next call.
  std::string_view line(std::string_view cells);

private:
  std::vector<CsvColumn> m_sorted;
  std::vector<std::size_t> m_positions;  ///< by number
  std::vector<std::string_view> m_cells;
  std::string m_line;
};

}  // namespace davit::aws::dynamodb::format
