// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/data_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "commands/workflow/smoke/report.hpp"

namespace davit::commands::workflow::smoke {
namespace {

struct Field {
  std::string text;
  bool was_quoted = false;
};

/// Takes one record after the other.
class CsvReader
{
public:
  explicit CsvReader(std::string_view text) : m_rest(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text) {}

  [[nodiscard]] bool is_at_end() const { return m_rest.empty(); }
  /// Of the record that was taken last.
  [[nodiscard]] int line() const { return m_record_line; }

  /// Nothing when a quote is not closed, or something follows a closing one.
  std::optional<std::vector<Field>> take_record()
  {
    m_record_line = m_line;
    std::vector<Field> record;
    while (true) {
      auto field = take_field();
      if (!field) {
        return std::nullopt;
      }
      record.push_back(std::move(*field));
      if (m_rest.starts_with(',')) {
        m_rest.remove_prefix(1);
        continue;
      }
      m_line += m_rest.empty() ? 0 : 1;
      m_rest.remove_prefix(m_rest.starts_with("\r\n") ? 2 : m_rest.empty() ? 0 : 1);
      return record;
    }
  }

private:
  std::optional<Field> take_field()
  {
    if (!m_rest.starts_with('"')) {
      const std::size_t end = std::min(m_rest.find_first_of(",\n"), m_rest.size());
      const bool ends_line = end < m_rest.size() && m_rest[end] == '\n' && end > 0 && m_rest[end - 1] == '\r';
      Field field{.text = std::string(m_rest.substr(0, ends_line ? end - 1 : end))};
      m_rest.remove_prefix(field.text.size());
      return field;
    }
    Field field{.was_quoted = true};
    for (std::size_t i = 1; i < m_rest.size(); ++i) {
      if (m_rest[i] == '"' && !m_rest.substr(i + 1).starts_with('"')) {
        m_rest.remove_prefix(i + 1);
        const bool is_over = m_rest.empty() || m_rest.starts_with(',') || m_rest.starts_with('\n') || m_rest.starts_with("\r\n");
        return is_over ? std::optional(field) : std::nullopt;
      }
      i += m_rest[i] == '"' ? 1 : 0;
      m_line += m_rest[i] == '\n' ? 1 : 0;
      field.text += m_rest[i];
    }
    return std::nullopt;
  }

  std::string_view m_rest;
  int m_line = 1;
  int m_record_line = 1;
};

OrderedJson value_of(const Field& field)
{
  const bool may_be_json =
      !field.was_quoted && !field.text.empty() && std::string_view("{[\" \t").find(field.text.front()) == std::string_view::npos;
  OrderedJson parsed = may_be_json ? OrderedJson::parse(field.text, nullptr, false) : OrderedJson();
  return may_be_json && !parsed.is_discarded() ? parsed : OrderedJson(field.text);
}

tl::unexpected<Error> wrong(std::string_view name, int line, const std::string& what)
{
  return fail(usage_error(fmt::format("{}:{}: {}", name, line, what), "the first line names the columns, each further one is a row"));
}

Result<std::vector<std::string>> read_names(CsvReader& reader, std::string_view file)
{
  const auto header = reader.take_record();
  std::vector<std::string> names;
  for (const auto& field : header.value_or(std::vector<Field>{})) {
    if (field.text.empty() || std::find(names.begin(), names.end(), field.text) != names.end()) {
      return wrong(file, 1, fmt::format("the column \"{}\" has no name of its own", field.text));
    }
    names.push_back(field.text);
  }
  return names.empty() ? wrong(file, 1, "there are no columns") : Result<std::vector<std::string>>(std::move(names));
}

}  // namespace

Result<std::vector<OrderedJson>> read_csv(std::string_view text, std::string_view name)
{
  CsvReader reader{text};
  DAVIT_TRY_ASSIGN(const auto names, read_names(reader, name));
  std::vector<OrderedJson> rows;
  while (!reader.is_at_end()) {
    const auto record = reader.take_record();
    if (!record) {
      return wrong(name, reader.line(), "a quote is not closed, or not the end of its field");
    }
    if (record->size() == 1 && record->front().text.empty() && !record->front().was_quoted) {
      continue;  // an empty line
    }
    if (record->size() != names.size()) {
      return wrong(name, reader.line(), fmt::format("there are {} fields for {} columns", record->size(), names.size()));
    }
    OrderedJson& row = rows.emplace_back(OrderedJson::object());
    for (std::size_t i = 0; i < names.size(); ++i) {
      row[names[i]] = value_of((*record)[i]);
    }
  }
  return rows;
}

std::string row_text(const OrderedJson& row)
{
  constexpr std::size_t k_longest = 40;
  std::string out;
  for (const auto& [name, value] : row.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : short_text(value, k_longest);
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", name, text.size() > k_longest ? short_text(value, k_longest) : text);
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
