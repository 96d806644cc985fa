// SPDX-License-Identifier: Apache-2.0
#include "cli/output/yaml.hpp"

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

std::string scalar(const OrderedJson& value)
{
  if (value.is_string() && is_plain_word(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  // JSON is a subset of YAML 1.2: its strings are valid double-quoted scalars.
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
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
