// SPDX-License-Identifier: Apache-2.0
#include "cli/output/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace davit::cli {
namespace {

bool is_plain_word(std::string_view text)
{
  constexpr std::array<std::string_view, 12> k_typed{"true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf", "~"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_inner = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '/' || c == '.'; };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), is_inner) &&
         std::find(k_typed.begin(), k_typed.end(), lower) == k_typed.end();
}

/// The escape of a character that JSON leaves as it is and YAML forbids, or reads as the end of a line (YAML 1.2, section 5.1), at the
/// start of a text; its length in bytes, or 0.
std::pair<std::string, std::size_t> escape_at(std::string_view text)
{
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(0) == 0x7F) {
    return {"\\x7f", 1};
  }
  if (byte(0) == 0xC2 && byte(1) < 0xA0) {
    return {fmt::format("\\x{:02x}", byte(1)), 2};
  }
  const unsigned code = ((byte(0) & 0x0FU) << 12U) + ((byte(1) & 0x3FU) << 6U) + (byte(2) & 0x3FU);
  const bool is_listed = code == 0x2028 || code == 0x2029 || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
  return is_listed && (byte(0) & 0xF0U) == 0xE0 ? std::pair(fmt::format("\\u{:04x}", code), std::size_t{3})
                                                : std::pair(std::string(), std::size_t{0});
}

/// JSON is nearly a subset of YAML 1.2: its strings are double-quoted scalars, but for a few characters.
std::string with_yaml_escapes(std::string_view json)
{
  std::string out;
  for (std::size_t i = 0; i < json.size();) {
    const auto [escape, length] = escape_at(json.substr(i));
    out += length > 0 ? escape : std::string(1, json[i]);
    i += std::max<std::size_t>(length, 1);
  }
  return out;
}

/// 1e+300 is text to a reader of YAML 1.1; 1.0e+300 is a number to all.
std::string number(std::string json)
{
  const std::size_t exponent = json.find('e');
  return exponent == std::string::npos || json.find('.') != std::string::npos ? json : json.insert(exponent, ".0");
}

std::string scalar(const OrderedJson& value)
{
  if (value.is_string() && is_plain_word(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  std::string json = value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return value.is_number() ? number(std::move(json)) : with_yaml_escapes(json);
}

bool is_block(const OrderedJson& value)
{
  return value.is_structured() && !value.empty();
}

void append(std::string& out, const OrderedJson& value, std::size_t indent);

void append_object(std::string& out, const OrderedJson& object, std::size_t indent, bool first_is_indented)
{
  for (const auto& [name, value] : object.items()) {
    out.append(first_is_indented ? 0 : indent, ' ');
    first_is_indented = false;
    out += scalar(OrderedJson(name)) + ":";
    if (is_block(value)) {
      out += '\n';
      append(out, value, value.is_array() ? indent : indent + 2);
    } else {
      out += " " + scalar(value) + "\n";
    }
  }
}

void append_array(std::string& out, const OrderedJson& array, std::size_t indent)
{
  for (const auto& value : array) {
    out.append(indent, ' ');
    out += "-";
    if (value.is_object() && !value.empty()) {
      out += ' ';
      append_object(out, value, indent + 2, true);
    } else if (is_block(value)) {
      out += '\n';
      append(out, value, indent + 2);
    } else {
      out += " " + scalar(value) + "\n";
    }
  }
}

void append(std::string& out, const OrderedJson& value, std::size_t indent)
{
  if (value.is_object()) {
    append_object(out, value, indent, false);
  } else {
    append_array(out, value, indent);
  }
}

}  // namespace

std::string render_yaml(const OrderedJson& value)
{
  if (!is_block(value)) {
    return scalar(value) + "\n";
  }
  std::string out;
  append(out, value, 0);
  return out;
}

}  // namespace davit::cli
