// SPDX-License-Identifier: Apache-2.0
#include "commands/table/item_difference.hpp"

#include <fmt/format.h>

namespace davit::commands::table {

using aws::dynamodb::AttributeValue;
using aws::dynamodb::List;
using aws::dynamodb::Map;

namespace {

std::string step(const std::string& name)
{
  if (name.find_first_of(".[]\"=") == std::string::npos && !name.empty()) {
    return name;
  }
  std::string out = "\"";
  for (const char c : name) {
    out += c == '"' || c == '\\' ? "\\" : "";
    out += c;
  }
  return out + "\"";
}

class Comparison
{
public:
  void maps(const std::string& path, const Map& before, const Map& after)
  {
    const auto path_of = [&](const std::string& name) { return path.empty() ? step(name) : path + "." + step(name); };
    for (const auto& [name, value] : before) {
      const auto other = after.find(name);
      values(path_of(name), &value, other == after.end() ? nullptr : &other->second);
    }
    for (const auto& [name, value] : after) {
      if (!before.contains(name)) {
        values(path_of(name), nullptr, &value);
      }
    }
  }

  std::vector<AttributeDifference> take() { return std::move(m_found); }

private:
  void values(const std::string& path, const AttributeValue* before, const AttributeValue* after)
  {
    if (before != nullptr && after != nullptr && *before == *after) {
      return;
    }
    const auto* maps_before = before == nullptr ? nullptr : before->get_if<Map>();
    const auto* maps_after = after == nullptr ? nullptr : after->get_if<Map>();
    if (maps_before != nullptr && maps_after != nullptr) {
      return maps(path, *maps_before, *maps_after);
    }
    const auto* list_before = before == nullptr ? nullptr : before->get_if<List>();
    const auto* list_after = after == nullptr ? nullptr : after->get_if<List>();
    if (list_before != nullptr && list_after != nullptr && list_before->size() == list_after->size()) {
      for (std::size_t i = 0; i < list_before->size(); ++i) {
        values(fmt::format("{}[{}]", path, i), &(*list_before)[i], &(*list_after)[i]);
      }
      return;
    }
    m_found.push_back({.path = path, .before = before, .after = after});
  }

  std::vector<AttributeDifference> m_found;
};

}  // namespace

std::vector<AttributeDifference> differences(const Map& before, const Map& after)
{
  Comparison comparison;
  comparison.maps({}, before, after);
  return comparison.take();
}

}  // namespace davit::commands::table
