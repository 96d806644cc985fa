// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/variables.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/spelling.hpp"

namespace davit::commands::workflow::smoke {
namespace {

std::string trim(std::string_view text)
{
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

std::string text_of(const OrderedJson& value)
{
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

Result<const OrderedJson*> Variables::find(const std::string& name) const
{
  const auto found = m_values.find(name);
  if (found != m_values.end()) {
    return &found->second;
  }
  if (m_promised.contains(name)) {
    m_missing = name;
    return fail(failed_error(fmt::format("{{{{{}}}}} was not captured", name)));
  }
  std::vector<std::string> known;
  for (const auto& [key, unused] : m_values) {
    known.push_back(key);
  }
  const auto suggestion = nearest(name, known);
  return fail(usage_error(fmt::format("{{{{{}}}}} has no value", name), suggestion
                                                                            ? fmt::format("did you mean {{{{{}}}}}?", *suggestion)
                                                                            : "set it in `variables`, or capture it in an earlier step"));
}

Result<std::string> Variables::expand(const std::string& text) const
{
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("{{", at);
    const std::size_t close = open == std::string::npos ? open : text.find("}}", open);
    if (close == std::string::npos) {
      break;
    }
    DAVIT_TRY_ASSIGN(const OrderedJson* const value, find(trim(std::string_view(text).substr(open + 2, close - open - 2))));
    out += text.substr(at, open - at) + text_of(*value);
    at = close + 2;
  }
  return out + text.substr(at);
}

Result<OrderedJson> Variables::expand_string(const std::string& text) const
{
  const bool is_one_name = text.starts_with("{{") && text.find("}}") == text.size() - 2;
  if (is_one_name && text.size() > 4) {
    DAVIT_TRY_ASSIGN(const OrderedJson* const value, find(trim(std::string_view(text).substr(2, text.size() - 4))));
    return *value;
  }
  DAVIT_TRY_ASSIGN(std::string expanded, expand(text));
  return OrderedJson(std::move(expanded));
}

Result<OrderedJson> Variables::expand(const OrderedJson& value) const
{
  if (value.is_string()) {
    return expand_string(value.get<std::string>());
  }
  if (!value.is_structured()) {
    return value;
  }
  OrderedJson out = value.is_object() ? OrderedJson::object() : OrderedJson::array();
  for (const auto& [name, element] : value.items()) {
    DAVIT_TRY_ASSIGN(OrderedJson expanded, expand(element));
    if (value.is_object()) {
      DAVIT_TRY_ASSIGN(const std::string key, expand(name));
      out[key] = std::move(expanded);
    } else {
      out.push_back(std::move(expanded));
    }
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
