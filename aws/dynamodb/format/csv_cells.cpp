// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/csv_cells.hpp"

#include <algorithm>
#include <cstring>

namespace davit::aws::dynamodb::format {
namespace {

void append_number(std::string& out, std::uint32_t number)
{
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof bytes);
}

std::uint32_t take_number(std::string_view& bytes)
{
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

}  // namespace

CsvColumnNumbers::CsvColumnNumbers(std::vector<CsvColumn> columns)
{
  for (auto& column : columns) {
    number_of(column.name, column.type);
  }
}

std::uint32_t CsvColumnNumbers::number_of(std::string_view name, AttributeType type)
{
  auto& numbers = m_numbers[static_cast<std::size_t>(type)];
  const auto found = numbers.find(name);
  if (found != numbers.end()) {
    return found->second;
  }
  const auto number = static_cast<std::uint32_t>(m_columns.size());
  m_columns.push_back({.name = std::string(name), .type = type});
  numbers.emplace(name, number);
  return number;
}

void append_cell(std::string& cells, std::uint32_t column, std::string_view text)
{
  append_number(cells, column);
  append_number(cells, static_cast<std::uint32_t>(text.size()));
  cells += text;
}

CsvLines::CsvLines(const CsvColumnNumbers& numbers) : m_sorted(numbers.columns()), m_positions(m_sorted.size()), m_cells(m_sorted.size())
{
  std::sort(m_sorted.begin(), m_sorted.end());
  for (std::size_t number = 0; number < m_sorted.size(); ++number) {
    const auto at = std::lower_bound(m_sorted.begin(), m_sorted.end(), numbers.columns()[number]);
    m_positions[number] = static_cast<std::size_t>(at - m_sorted.begin());
  }
}

std::string CsvLines::header() const
{
  return m_sorted.empty() ? std::string() : csv_header(m_sorted);
}

std::string_view CsvLines::line(std::string_view cells)
{
  std::fill(m_cells.begin(), m_cells.end(), std::string_view());
  while (!cells.empty()) {
    const std::uint32_t column = take_number(cells);
    const std::uint32_t size = take_number(cells);
    m_cells[m_positions[column]] = cells.substr(0, size);
    cells.remove_prefix(size);
  }
  m_line.clear();
  for (const auto& cell : m_cells) {
    (m_line += cell) += ',';
  }
  if (m_line.empty()) {
    return "\n";
  }
  m_line.back() = '\n';
  return m_line;
}

}  // namespace davit::aws::dynamodb::format
