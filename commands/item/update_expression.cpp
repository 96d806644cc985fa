// SPDX-License-Identifier: Apache-2.0
#include "commands/item/update_expression.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/item/access.hpp"
#include "commands/item/document_path.hpp"

namespace davit::commands::item {

using aws::dynamodb::AttributeValue;

std::string UpdateExpression::place(const Path& path)
{
  return placeholder_path(path, m_placeholders);
}

std::string UpdateExpression::value_of(AttributeValue value)
{
  std::string placeholder = fmt::format(":davit{}", m_placeholders.values.size());
  m_placeholders.values.emplace(placeholder, std::move(value));
  return placeholder;
}

void UpdateExpression::set(const Path& path, AttributeValue value)
{
  std::string where = place(path);
  m_set.push_back(fmt::format("{} = {}", where, value_of(std::move(value))));
}

void UpdateExpression::add(const Path& path, AttributeValue value)
{
  std::string where = place(path);
  m_add.push_back(fmt::format("{} {}", where, value_of(std::move(value))));
}

void UpdateExpression::take(const Path& path, AttributeValue value)
{
  std::string where = place(path);
  m_take.push_back(fmt::format("{} {}", where, value_of(std::move(value))));
}

void UpdateExpression::remove(const Path& path)
{
  m_remove.push_back(place(path));
}

Result<UpdateExpression::Assignment> UpdateExpression::parse(const std::string& assignment)
{
  DAVIT_TRY_ASSIGN(auto parsed, parse_document_path(assignment));
  if (!parsed.has_value) {
    return fail(
        usage_error(fmt::format("'{}' is no PATH=VALUE", assignment), "values are plain JSON: --set price=8.25 --set 'name=\"Lamp\"'"));
  }
  const std::string path = assignment.substr(0, assignment.size() - parsed.rest.size() - 1);
  auto value = parse_plain_value(parsed.rest, "the value of " + path);
  if (!value) {
    return fail(std::move(value).error().with_hint("values are plain JSON, strings in quotes: --set 'name=\"Lamp\"'"));
  }
  return Assignment{.path = std::move(parsed.path), .value = std::move(*value)};
}

Status UpdateExpression::set(const std::string& assignment)
{
  DAVIT_TRY_ASSIGN(auto parsed, parse(assignment));
  set(parsed.path, std::move(parsed.value));
  return {};
}

Status UpdateExpression::add(const std::string& assignment)
{
  DAVIT_TRY_ASSIGN(auto parsed, parse(assignment));
  add(parsed.path, std::move(parsed.value));
  return {};
}

Status UpdateExpression::take(const std::string& assignment)
{
  DAVIT_TRY_ASSIGN(auto parsed, parse(assignment));
  take(parsed.path, std::move(parsed.value));
  return {};
}

Status UpdateExpression::remove(const std::string& path)
{
  DAVIT_TRY_ASSIGN(const auto parsed, parse_document_path(path));
  if (parsed.has_value) {
    return fail(usage_error(fmt::format("'{}' is no path alone", path), "what is removed has no value: --remove address.city"));
  }
  remove(parsed.path);
  return {};
}

std::string UpdateExpression::text() const
{
  std::string out;
  const auto append = [&out](std::string_view keyword, const std::vector<std::string>& actions) {
    if (!actions.empty()) {
      out += fmt::format("{}{} {}", out.empty() ? "" : " ", keyword, fmt::join(actions, ", "));
    }
  };
  append("SET", m_set);
  append("ADD", m_add);
  append("DELETE", m_take);
  append("REMOVE", m_remove);
  return out;
}

}  // namespace davit::commands::item
