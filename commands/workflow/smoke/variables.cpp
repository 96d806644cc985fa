// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/variables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::commands::workflow::smoke {
namespace {

std::string_view trim(std::string_view text)
{
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::string text_of(const OrderedJson& value)
{
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

bool is_variable_name(std::string_view text)
{
  const auto fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), fits);
}

Result<std::vector<Placeholder>> placeholders_in(std::string_view text)
{
  std::vector<Placeholder> out;
  for (std::size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{", out.back().end)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) {
      return fail(usage_error("'{{' is not closed by '}}'", "write {{name}}"));
    }
    const std::string_view name = trim(text.substr(open + 2, close - open - 2));
    if (!is_variable_name(name)) {
      return fail(usage_error(fmt::format("'{}' is no name of a variable", name), "write {{name}}: letters, digits, '_', '-' and '.'"));
    }
    out.push_back({.begin = open, .end = close + 2, .name = std::string(name)});
  }
  return out;
}

Result<const OrderedJson*> Variables::find(const std::string& name) const
{
  const auto found = m_values.find(name);
  if (found == m_values.end()) {
    return fail(not_found_error(fmt::format("{{{{{}}}}} was not captured", name)));
  }
  return &found->second;
}

Result<std::string> Variables::expand(const std::string& text) const
{
  DAVIT_TRY_ASSIGN(const auto placeholders, placeholders_in(text));
  std::string out;
  std::size_t at = 0;
  for (const auto& placeholder : placeholders) {
    DAVIT_TRY_ASSIGN(const OrderedJson* const value, find(placeholder.name));
    out += text.substr(at, placeholder.begin - at) + text_of(*value);
    at = placeholder.end;
  }
  return out + text.substr(at);
}

Result<OrderedJson> Variables::expand_string(const std::string& text) const
{
  DAVIT_TRY_ASSIGN(const auto placeholders, placeholders_in(text));
  const bool is_one_name = placeholders.size() == 1 && placeholders.front().begin == 0 && placeholders.front().end == text.size();
  if (is_one_name) {
    DAVIT_TRY_ASSIGN(const OrderedJson* const value, find(placeholders.front().name));
    return *value;
  }
  return expand(text).map([](std::string expanded) { return OrderedJson(std::move(expanded)); });
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
