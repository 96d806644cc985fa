// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/secrets.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace davit::commands::workflow::smoke {
namespace {

constexpr std::string_view k_mask = "***";
/// Shorter values would mask half of every report.
constexpr std::size_t k_shortest = 6;

bool speaks_of_a_secret(const std::string& name)
{
  constexpr std::array k_words{"password", "secret",        "access_token", "refresh_token",
                               "id_token", "authorization", "private_key",  "api_key"};
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(k_words.begin(), k_words.end(), [&](const char* word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

void Secrets::add(std::string value)
{
  if (value.size() >= k_shortest) {
    m_values.push_back(std::move(value));
  }
}

void Secrets::note(const std::string& name, const OrderedJson& value)
{
  if (speaks_of_a_secret(name) && value.is_string()) {
    add(value.get<std::string>());
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
