// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/json_path.hpp"

#include <fmt/format.h>

#include <charconv>

namespace davit::commands::workflow::smoke {
namespace {

bool is_name_character(char c)
{
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || byte >= 0x80;
}

/// The text inside quotes at the front, which is removed with them. Nothing when the quote is not closed.
std::optional<std::string> take_quoted(std::string_view& rest)
{
  const char quote = rest.front();
  std::string out;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == quote) {
      rest.remove_prefix(i + 1);
      return out;
    }
    i += rest[i] == '\\' && i + 1 < rest.size() ? 1 : 0;
    out += rest[i];
  }
  return std::nullopt;
}

/// The elements of an array or the values of an object.
void select_all(const OrderedJson& from, std::vector<const OrderedJson*>& into)
{
  if (from.is_structured()) {
    for (const auto& child : from) {
      into.push_back(&child);
    }
  }
}

void select(const OrderedJson& from, const std::string& name, std::vector<const OrderedJson*>& into)
{
  if (from.is_object() && from.contains(name)) {
    into.push_back(&from.at(name));
  }
}

void select(const OrderedJson& from, long index, std::vector<const OrderedJson*>& into)
{
  const long size = from.is_array() ? static_cast<long>(from.size()) : 0;
  const long at = index < 0 ? size + index : index;
  if (at >= 0 && at < size) {
    into.push_back(&from.at(static_cast<std::size_t>(at)));
  }
}

}  // namespace

std::optional<JsonPath::Segment> JsonPath::take_segment(std::string_view& rest)
{
  if (rest.front() == '[') {
    return take_brackets(rest);
  }
  if (rest.starts_with(".*")) {
    rest.remove_prefix(2);
    return Wildcard{};
  }
  std::size_t length = 1;
  while (length < rest.size() && is_name_character(rest[length])) {
    ++length;
  }
  if (rest.front() != '.' || length == 1) {
    return std::nullopt;
  }
  const std::string name(rest.substr(1, length - 1));
  rest.remove_prefix(length);
  return name;
}

std::optional<JsonPath::Segment> JsonPath::take_brackets(std::string_view& rest)
{
  std::string_view inside = rest.substr(1);
  std::optional<Segment> segment;
  if (inside.starts_with('*')) {
    segment = Wildcard{};
    inside.remove_prefix(1);
  } else if (inside.starts_with('\'') || inside.starts_with('"')) {
    segment = take_quoted(inside);
  } else {
    long index = 0;
    const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    segment = error == std::errc{} ? std::optional<Segment>(index) : std::nullopt;
    inside.remove_prefix(static_cast<std::size_t>(end - inside.data()));
  }
  if (!segment || !inside.starts_with(']')) {
    return std::nullopt;
  }
  rest = inside.substr(1);
  return segment;
}

Result<JsonPath> JsonPath::parse(std::string_view text)
{
  JsonPath path;
  std::string_view rest = text.starts_with('$') ? text.substr(1) : text;
  bool sound = text.starts_with('$');
  while (sound && !rest.empty()) {
    auto segment = take_segment(rest);
    sound = segment.has_value();
    if (sound) {
      path.m_has_wildcard = path.m_has_wildcard || std::holds_alternative<Wildcard>(*segment);
      path.m_segments.push_back(std::move(*segment));
    }
  }
  return sound ? Result<JsonPath>(std::move(path))
               : fail(usage_error(fmt::format("'{}' is no JSON path: cannot read on at '{}'", text, rest),
                                  "write it as $.name[0]['other name'], or $.list[*].name for all of them"));
}

std::optional<OrderedJson> JsonPath::find(const OrderedJson& document) const
{
  std::vector<const OrderedJson*> found{&document};
  for (const auto& segment : m_segments) {
    std::vector<const OrderedJson*> next;
    for (const OrderedJson* const from : found) {
      if (const auto* const name = std::get_if<std::string>(&segment)) {
        select(*from, *name, next);
      } else if (const auto* const index = std::get_if<long>(&segment)) {
        select(*from, *index, next);
      } else {
        select_all(*from, next);
      }
    }
    found = std::move(next);
  }
  if (!m_has_wildcard) {
    return found.empty() ? std::nullopt : std::optional<OrderedJson>(*found.front());
  }
  OrderedJson list = OrderedJson::array();
  for (const OrderedJson* const value : found) {
    list.push_back(*value);
  }
  return list;
}

}  // namespace davit::commands::workflow::smoke
