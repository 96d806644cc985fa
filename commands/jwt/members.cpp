// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/members.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/json.hpp"
#include "aws/jose/json_scanner.hpp"

namespace davit::commands::jwt {

void Members::set(std::string_view name, std::string value)
{
  const auto found = std::find_if(m_members.begin(), m_members.end(), [&](const auto& member) { return member.first == name; });
  if (found == m_members.end()) {
    m_members.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

Status Members::merge(std::string_view json, std::string_view source)
{
  aws::jose::ScannedObject object;
  if (const auto problem = object.scan(json)) {
    const std::string_view before = json.substr(0, problem->offset);
    Error error = usage_error(fmt::format("{} is no JSON object that can be used", source));
    error.diagnostics.push_back({.file = std::string(source),
                                 .line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
                                 .column = static_cast<int>(before.size() - (before.rfind('\n') + 1)) + 1,
                                 .message = problem->message});
    return fail(std::move(error));
  }
  for (const auto& [name, value] : object.members()) {
    set(name, aws::jose::without_white_space(value.text));
  }
  return {};
}

std::optional<std::string_view> Members::find(std::string_view name) const
{
  const auto found = std::find_if(m_members.begin(), m_members.end(), [&](const auto& member) { return member.first == name; });
  return found == m_members.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string Members::text() const
{
  std::string out;
  for (const auto& [name, value] : m_members) {
    out += fmt::format("{}{}:{}", out.empty() ? "" : ",", dump_json(name), value);
  }
  return "{" + out + "}";
}

}  // namespace davit::commands::jwt
