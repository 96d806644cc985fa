// SPDX-License-Identifier: Apache-2.0
// Steps that run for each row of a table.
#include <fmt/format.h>

#include <algorithm>

#include "aws/core/file.hpp"
#include "commands/workflow/smoke/data_table.hpp"
#include "commands/workflow/smoke/suite_reader.hpp"
#include "commands/workflow/smoke/variables.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using cli::yaml::Kind;
using cli::yaml::Node;

constexpr std::size_t k_most_rows = 10'000;

std::vector<std::string> names_of(const OrderedJson& row)
{
  std::vector<std::string> names;
  for (const auto& [name, value] : row.items()) {
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The step's name with the values of the row in it, or behind it where it holds none.
std::string name_with(const OrderedJson& row, const std::string& name)
{
  Variables values;
  for (const auto& [key, value] : row.items()) {
    values.set(key, value);
  }
  const auto expanded = values.expand(name);
  return expanded && *expanded != name ? *expanded : fmt::format("{} [{}]", name, row_text(row));
}

}  // namespace

std::vector<OrderedJson> SuiteReader::rows(const Node& node)
{
  std::vector<OrderedJson> out;
  if (node.kind == Kind::scalar) {
    const std::filesystem::path file = m_file.parent_path() / text(node);
    auto read = read_file(file).and_then([&](const std::string& content) { return read_csv(content, file.string()); });
    if (!read) {
      complain(node, read.error());
      return out;
    }
    out = std::move(*read);
  } else if (expect(node, Kind::sequence, "`each`")) {
    for (const auto& element : node.elements) {
      placeholders(element);
      out.push_back(expect(element, Kind::mapping, "a row") ? json(element) : OrderedJson::object());
    }
  }
  if (out.empty() || out.size() > k_most_rows) {
    complain(node, fmt::format("`each` has 1 to {} rows, not {}", k_most_rows, out.size()));
    out.clear();
  }
  const auto differs = [&out](const OrderedJson& row) { return names_of(row) != names_of(out.front()); };
  if (std::any_of(out.begin(), out.end(), differs)) {
    complain(node, "every row has the same names");
  }
  return out;
}

std::vector<Step> SuiteReader::steps_of(const Node& node)
{
  const Node* const table = node.kind == Kind::mapping ? node.find("each") : nullptr;
  if (table == nullptr) {
    return {step(node)};
  }
  const std::vector<OrderedJson> values = rows(*table);
  const auto defined_before = m_defined;
  for (const auto& name : values.empty() ? std::vector<std::string>{} : names_of(values.front())) {
    define(*table, name);
  }
  const Step once = step(node);
  m_defined = defined_before;
  for (const auto& capture : once.captures) {
    m_defined.insert(capture.name);
  }
  std::vector<Step> out;
  for (const auto& row : values) {
    Step& copy = out.emplace_back(once);
    copy.row = row;
    copy.name = name_with(row, once.name);
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
