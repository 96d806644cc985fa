// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/hcl_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace davit::commands::terraform {
namespace {

/// `$` and `%` before a brace would begin a template.
std::string quoted_text(std::string_view text)
{
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool starts_template = (c == '$' || c == '%') && text.substr(i + 1, 1) == "{";
    const std::size_t special = std::string_view("\n\r\t\"\\").find(c);
    if (special != std::string_view::npos) {
      out += {'\\', "nrt\"\\"[special]};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
      out.append(starts_template ? 1 : 0, c);
    }
  }
  return out + '"';
}

bool is_identifier(std::string_view name)
{
  constexpr std::string_view k_words[] = {"null", "true", "false", "for", "if", "in"};
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto part = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  const bool reserved = std::find(std::begin(k_words), std::end(k_words), name) != std::end(k_words);
  return !name.empty() && !reserved && letter(name.front()) && std::all_of(name.begin(), name.end(), part);
}

std::string write_members(const OrderedJson& object, const std::string& indent);

std::string write_value(const OrderedJson& value, const std::string& indent)
{
  if (value.is_string()) {
    return quoted_text(value.get<std::string>());
  }
  if (value.is_object()) {
    return value.empty() ? "{}" : "{\n" + write_members(value, indent + "  ") + indent + "}";
  }
  if (!value.is_array()) {
    return value.dump();
  }
  std::string list;
  for (const auto& element : value) {
    list += (list.empty() ? "" : ", ") + write_value(element, indent);
  }
  return "[" + list + "]";
}

/// The equals signs of consecutive members stand below each other, unless a value takes several lines.
std::string write_members(const OrderedJson& object, const std::string& indent)
{
  struct Line {
    std::string name;
    std::string value;
    std::size_t width = 0;
  };
  std::vector<Line> lines;
  for (const auto& [name, value] : object.items()) {
    lines.push_back({.name = is_identifier(name) ? name : quoted_text(name), .value = write_value(value, indent)});
  }
  const auto is_long = [](const Line& line) { return line.value.find('\n') != std::string::npos; };
  for (auto first = lines.begin(); first != lines.end();) {
    auto last = is_long(*first) ? first + 1 : std::find_if(first, lines.end(), is_long);
    const auto widest = std::max_element(first, last, [](const Line& a, const Line& b) { return a.name.size() < b.name.size(); });
    std::for_each(first, last, [width = widest->name.size()](Line& line) { line.width = width; });
    first = last;
  }
  std::string out;
  for (const auto& line : lines) {
    out += fmt::format("{}{:<{}} = {}\n", indent, line.name, line.width, line.value);
  }
  return out;
}

}  // namespace

std::string write_tfvars(const OrderedJson& variables)
{
  return write_members(variables, "");
}

}  // namespace davit::commands::terraform
