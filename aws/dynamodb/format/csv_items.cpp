// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/csv_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/format/value_reader.hpp"

namespace davit::aws::dynamodb::format {
namespace {

std::string in_capitals(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

/// A column that was meant to hold numbers must not become one of strings for a slip of the fingers.
Problem unknown_type(const CsvCell& cell, const std::string& suffix)
{
  const std::string capitals = in_capitals(suffix);
  const std::string message =
      attribute_type_of(capitals)
          ? fmt::format("types are written in capitals: {}", shown(cell.text.substr(0, cell.text.size() - suffix.size()) + capitals))
          : fmt::format("{} is none of S, N, B, BOOL, NULL, L, M, SS, NS and BS; a colon of the name itself is followed by a type: {}",
                        shown(suffix), shown(cell.text + ":S"));
  return {Reason::csv_header, message, cell.at};
}

tl::expected<CsvColumn, Problem> column_of(const CsvCell& cell)
{
  const auto colon = cell.text.rfind(':');
  CsvColumn column{.name = cell.text};
  if (colon != std::string::npos) {
    const std::string suffix = cell.text.substr(colon + 1);
    const auto type = attribute_type_of(suffix);
    if (!type) {
      return tl::unexpected(unknown_type(cell, suffix));
    }
    column = {.name = cell.text.substr(0, colon), .type = *type};
  }
  if (column.name.empty()) {
    return tl::unexpected(Problem{Reason::csv_header, "a column has no name", cell.at});
  }
  return column;
}

/// Whether the cell, written as it is, could be meant for this type although JSON would not take it.
bool is_word(const std::string& text, std::string_view word)
{
  return in_capitals(text) == word;
}

class CellReader : ValueReader
{
public:
  explicit CellReader(Record& record) : ValueReader(record.problems), m_record(record) {}

  void add(const CsvColumn& column, const CsvCell& cell)
  {
    const bool can_be_empty = column.type == AttributeType::string || column.type == AttributeType::binary;
    const bool absent = cell.text.empty() && !(cell.quoted && can_be_empty);
    if (!absent) {
      add_member(m_record.item, column.name, value(column, cell), cell.at);
    }
  }

private:
  AttributeValue value(const CsvColumn& column, const CsvCell& cell)
  {
    switch (column.type) {
      case AttributeType::string:
        return cell.text;
      case AttributeType::number:
        return number(cell.text, cell.at);
      case AttributeType::binary:
        return binary(cell.text, cell.at);
      case AttributeType::boolean:
        return boolean(cell);
      case AttributeType::null:
        return is_word(cell.text, "TRUE") || is_word(cell.text, "NULL") ? AttributeValue(Null{}) : misfit(column, cell, "true");
      default:
        return json(column, cell);
    }
  }

  AttributeValue misfit(const CsvColumn& column, const CsvCell& cell, std::string_view wanted)
  {
    return refuse(Reason::type_value, cell.at,
                  fmt::format("{} of column \"{}:{}\" is not {}", shown(cell.text), column.name, wire_name(column.type), wanted));
  }

  AttributeValue boolean(const CsvCell& cell)
  {
    const bool yes = is_word(cell.text, "TRUE");
    return yes || is_word(cell.text, "FALSE")
               ? AttributeValue(yes)
               : refuse(Reason::type_value, cell.at, fmt::format("{} is neither true nor false", shown(cell.text)));
  }

  /// Lists, maps and sets. Places inside of the cell are the cell's: its quoting has moved everything else.
  AttributeValue json(const CsvColumn& column, const CsvCell& cell)
  {
    TextSource source = TextSource::of_text(cell.text, {});
    auto read = read_json(source);
    if (read) {
      skip_white_space(source);
      if (source.peek() != TextSource::k_end) {
        return misfit(column, cell, "one JSON value");
      }
    }
    auto made = read ? value_from_plain_json(*read) : tl::unexpected(read.error());
    if (!made) {
      return refuse(made.error().reason, cell.at, made.error().message);
    }
    return made->type() == column.type ? std::move(*made) : misfit(column, cell, wanted_json(column.type));
  }

  static std::string_view wanted_json(AttributeType type)
  {
    switch (type) {
      case AttributeType::list:
        return "a JSON array";
      case AttributeType::map:
        return "a JSON object";
      default:
        return "a {\"$set\": [...]} of that type";
    }
  }

  Record& m_record;
};

}  // namespace

std::string csv_cell_of(const AttributeValue& value)
{
  if (const auto* text = value.get_if<std::string>()) {
    return csv_cell(*text);
  }
  if (const auto* binary = value.get_if<Binary>()) {
    return csv_cell(to_base64(binary->bytes));
  }
  return value.is(AttributeType::null) ? "true" : csv_cell(to_plain_json(value));
}

tl::expected<std::vector<CsvColumn>, Problem> csv_columns(const CsvRow& header)
{
  std::vector<CsvColumn> out;
  for (const auto& cell : header.cells) {
    auto column = column_of(cell);
    if (!column) {
      return tl::unexpected(std::move(column).error());
    }
    if (std::find(out.begin(), out.end(), *column) != out.end()) {
      return tl::unexpected(Problem{Reason::csv_header, fmt::format("the column {} is there twice", shown(cell.text)), cell.at});
    }
    out.push_back(std::move(*column));
  }
  return out;
}

Record record_from_csv(std::span<const CsvColumn> columns, const CsvRow& row)
{
  Record record{.item = {}, .passwords = {}, .problems = {}, .at = row.at};
  if (row.cells.size() != columns.size()) {
    record.problems.push_back(
        {Reason::csv_cells, fmt::format("the line has {} cells, the header has {}", row.cells.size(), columns.size()), row.at});
    return record;
  }
  CellReader reader{record};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    reader.add(columns[i], row.cells[i]);
  }
  return record;
}

std::string csv_header(std::span<const CsvColumn> columns)
{
  std::string out;
  for (const auto& column : columns) {
    out += (out.empty() ? "" : ",") + csv_cell(fmt::format("{}:{}", column.name, wire_name(column.type)));
  }
  return out + '\n';
}

std::string csv_line(std::span<const CsvColumn> columns, const Item& item)
{
  std::string out;
  bool first = true;
  for (const auto& column : columns) {
    out += std::exchange(first, false) ? "" : ",";
    const auto found = item.find(column.name);
    if (found != item.end() && found->second.is(column.type)) {
      out += csv_cell_of(found->second);
    }
  }
  return out + '\n';
}

}  // namespace davit::aws::dynamodb::format
