// SPDX-License-Identifier: Apache-2.0
#include "commands/item/readable_expression.hpp"

#include <algorithm>

#include "aws/dynamodb/format/plain_json.hpp"

namespace davit::commands::item {
namespace {

bool continues_placeholder(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string meaning_of(const std::string& placeholder, const aws::dynamodb::Placeholders& placeholders)
{
  if (const auto name = placeholders.names.find(placeholder); name != placeholders.names.end()) {
    return name->second;
  }
  const auto value = placeholders.values.find(placeholder);
  return value == placeholders.values.end() ? placeholder : aws::dynamodb::format::to_plain_json(value->second);
}

}  // namespace

std::string readable_expression(std::string_view expression, const aws::dynamodb::Placeholders& placeholders)
{
  std::string out;
  for (std::size_t at = 0; at < expression.size();) {
    if (expression[at] != '#' && expression[at] != ':') {
      out += expression[at++];
      continue;
    }
    const auto* const end = std::find_if_not(expression.begin() + at + 1, expression.end(), continues_placeholder);
    const std::string placeholder(expression.begin() + at, end);
    out += meaning_of(placeholder, placeholders);
    at += placeholder.size();
  }
  return out;
}

}  // namespace davit::commands::item
