// SPDX-License-Identifier: Apache-2.0
#include "cli/output/table.hpp"

#include <algorithm>

#include "cli/term/visible.hpp"

namespace davit::cli {
namespace {

using Row = std::vector<std::string>;

/// Columns of text: UTF-8 continuation bytes take none.
std::size_t display_width(std::string_view text)
{
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Tabs and line feeds would break the table, other control characters drive the terminal.
std::string printable(std::string_view text)
{
  std::string out = visible_in_place(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return out;
}

std::vector<std::size_t> widths_of(const Table& table)
{
  std::vector<std::size_t> widths;
  const auto widen = [&](const Row& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  };
  widen(table.header);
  std::for_each(table.rows.begin(), table.rows.end(), widen);
  return widths;
}

void append_row(std::string& out, const Row& row, const std::vector<std::size_t>& widths)
{
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    out += printable(row[i]);
    out.append(last ? 0 : widths[i] - display_width(row[i]) + 2, ' ');
  }
  out += '\n';
}

std::string escape_tsv(std::string_view text)
{
  std::string out;
  for (const char c : text) {
    const std::string_view special = "\t\n\r\\";
    const std::size_t at = special.find(c);
    out += at == std::string_view::npos ? std::string(1, c) : std::string("\\") + "tnr\\"[at];
  }
  return out;
}

std::string cell_of(const OrderedJson& value)
{
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_null() ? "-" : value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

Table table_of_array(const OrderedJson& array)
{
  Table table;
  for (const auto& element : array) {
    if (element.is_object()) {
      for (const auto& [name, value] : element.items()) {
        if (std::find(table.header.begin(), table.header.end(), name) == table.header.end()) {
          table.header.push_back(name);
        }
      }
    }
  }
  for (const auto& element : array) {
    Row row;
    for (const auto& name : table.header) {
      row.push_back(element.is_object() && element.contains(name) ? cell_of(element.at(name)) : "-");
    }
    table.rows.push_back(table.header.empty() ? Row{cell_of(element)} : row);
  }
  return table;
}

}  // namespace

std::string render_table(const Table& table)
{
  const auto widths = widths_of(table);
  std::string out;
  if (!table.header.empty()) {
    append_row(out, table.header, widths);
  }
  for (const auto& row : table.rows) {
    append_row(out, row, widths);
  }
  return out;
}

std::string render_tsv(const Table& table)
{
  std::string out;
  const auto append = [&](const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += (i == 0 ? "" : "\t") + escape_tsv(row[i]);
    }
    out += '\n';
  };
  if (!table.header.empty()) {
    append(table.header);
  }
  std::for_each(table.rows.begin(), table.rows.end(), append);
  return out;
}

Table table_of_members(const OrderedJson& data)
{
  if (data.is_array()) {
    return table_of_array(data);
  }
  // An object that is nothing but a list, {"tables": [...]}, is shown as that list.
  if (data.is_object() && data.size() == 1 && data.begin()->is_array()) {
    return table_of_array(*data.begin());
  }
  Table table;
  for (const auto& [name, value] : data.items()) {
    table.rows.push_back({name, cell_of(value)});
  }
  return table;
}

}  // namespace davit::cli
