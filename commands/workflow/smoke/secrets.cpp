// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/secrets.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "aws/core/uri.hpp"

namespace davit::commands::workflow::smoke {
namespace {

constexpr std::string_view k_mask = "***";
constexpr std::size_t k_shortest = 6;

/// Lower-case letters and digits alone: access_token, accessToken and Access-Token are one name.
std::string plain_name(std::string_view name)
{
  std::string out;
  for (const unsigned char c : name) {
    if (std::isalnum(c) != 0) {
      out += static_cast<char>(std::tolower(c));
    }
  }
  return out;
}

bool speaks_of_a_secret(std::string_view name)
{
  constexpr std::array<std::string_view, 8> k_words{"password",      "passwd",     "passphrase", "secret",
                                                    "authorization", "privatekey", "apikey",     "credential"};
  constexpr std::array<std::string_view, 3> k_endings{"token", "jwt", "pwd"};
  // secretArn and password_policy are about a secret, and none.
  constexpr std::array<std::string_view, 8> k_harmless{"arn", "name", "type", "id", "policy", "hint", "url", "count"};
  const std::string plain = plain_name(name);
  const auto contains = [&](std::string_view word) { return plain.find(word) != std::string::npos; };
  const auto ends = [&](std::string_view word) { return plain.ends_with(word); };
  return std::none_of(k_harmless.begin(), k_harmless.end(), ends) &&
         (std::any_of(k_words.begin(), k_words.end(), contains) || std::any_of(k_endings.begin(), k_endings.end(), ends));
}

std::string json_escaped(const std::string& text)
{
  const std::string quoted = OrderedJson(text).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

/// An answer within an answer: the `body` of a payload is JSON in a text.
OrderedJson json_inside(const OrderedJson& value)
{
  const std::string& text = value.get_ref<const std::string&>();
  const bool may_be = text.starts_with('{') || text.starts_with('[');
  auto parsed = may_be ? parse_ordered_json(text, "text") : Result<OrderedJson>(nullptr);
  return parsed ? std::move(*parsed) : OrderedJson(nullptr);
}

}  // namespace

void Secrets::add(const std::string& value)
{
  // As it is, in JSON, in JSON that is a text of JSON, and in a form or path.
  const std::string escaped = json_escaped(value);
  for (const std::string& form : {value, escaped, json_escaped(escaped), percent_encode(value)}) {
    if (form.size() >= k_shortest && std::find(m_values.begin(), m_values.end(), form) == m_values.end()) {
      m_values.push_back(form);
    }
  }
  std::stable_sort(m_values.begin(), m_values.end(), [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

void Secrets::learn(const OrderedJson& value, const std::string& name)
{
  if (value.is_string()) {
    if (speaks_of_a_secret(name)) {
      add(value.get<std::string>());
    } else if (const OrderedJson inner = json_inside(value); inner.is_structured()) {
      learn(inner, name);
    }
  } else if (value.is_structured()) {
    for (const auto& [member, element] : value.items()) {
      learn(element, value.is_object() ? member : name);
    }
  }
}

/// "name=value; attributes", several joined by a comma; a date has one as well, and no equals sign before its semicolon.
void Secrets::learn_cookies(std::string_view value)
{
  while (!value.empty()) {
    const std::string_view cookie = value.substr(0, value.find(", "));
    value.remove_prefix(std::min(value.size(), cookie.size() + 2));
    const std::string_view pair = cookie.substr(0, cookie.find(';'));
    if (const std::size_t equals = pair.find('='); equals != std::string_view::npos) {
      add(std::string(pair.substr(equals + 1)));
    }
  }
}

void Secrets::learn_header(const std::string& name, const std::string& value)
{
  const std::string plain = plain_name(name);
  if (plain == "setcookie" || plain == "cookie") {
    learn_cookies(value);
  } else if (speaks_of_a_secret(name)) {
    // "Bearer TOKEN": the scheme is no secret, and what follows it may come back alone.
    add(value.substr(value.rfind(' ') + 1));
  }
}

void Secrets::learn(const aws::http::Headers& headers)
{
  for (const auto& [name, value] : headers.fields()) {
    learn_header(name, value);
  }
}

void Secrets::learn(const std::map<std::string, std::string>& headers)
{
  for (const auto& [name, value] : headers) {
    learn_header(name, value);
  }
}

std::string Secrets::masked_text(std::string text) const
{
  for (const auto& value : m_values) {
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + k_mask.size())) {
      text.replace(at, value.size(), k_mask);
    }
  }
  return text;
}

OrderedJson Secrets::masked(const OrderedJson& value, const std::string& name) const
{
  if (value.is_string()) {
    return speaks_of_a_secret(name) ? OrderedJson(k_mask) : OrderedJson(masked_text(value.get<std::string>()));
  }
  if (!value.is_structured()) {
    return value;
  }
  OrderedJson out = value.is_object() ? OrderedJson::object() : OrderedJson::array();
  for (const auto& [member, element] : value.items()) {
    if (value.is_object()) {
      out[member] = masked(element, member);
    } else {
      out.push_back(masked(element, name));
    }
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
