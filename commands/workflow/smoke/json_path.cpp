// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/json_path.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

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

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text)
{
  const auto refuse = [&](std::string_view rest) {
    return fail(
        usage_error(fmt::format("'{}' is no JSON path: cannot read on at '{}'", text, rest), "write it as $.name[0]['other name']"));
  };
  JsonPath path;
  std::string_view rest = text;
  if (!rest.starts_with('$')) {
    return refuse(rest);
  }
  rest.remove_prefix(1);
  while (!rest.empty()) {
    Segment segment;
    if (rest.front() == '.') {
      std::size_t length = 1;
      while (length < rest.size() && is_name_character(rest[length])) {
        ++length;
      }
      if (length == 1) {
        return refuse(rest);
      }
      segment.name = std::string(rest.substr(1, length - 1));
      rest.remove_prefix(length);
    } else if (rest.starts_with("['") || rest.starts_with("[\"")) {
      rest.remove_prefix(1);
      segment.name = take_quoted(rest);
      if (!segment.name || !rest.starts_with(']')) {
        return refuse(rest);
      }
      rest.remove_prefix(1);
    } else {
      const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), segment.index);
      const bool closed = rest.front() == '[' && error == std::errc{} && end != rest.data() + rest.size() && *end == ']';
      if (!closed) {
        return refuse(rest);
      }
      rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
    }
    path.m_segments.push_back(std::move(segment));
  }
  return path;
}

const OrderedJson* JsonPath::find(const OrderedJson& document) const
{
  const OrderedJson* at = &document;
  for (const auto& segment : m_segments) {
    if (segment.name) {
      const bool present = at->is_object() && at->contains(*segment.name);
      at = present ? &at->at(*segment.name) : nullptr;
    } else {
      const long size = at->is_array() ? static_cast<long>(at->size()) : 0;
      const long index = segment.index < 0 ? size + segment.index : segment.index;
      at = index >= 0 && index < size ? &at->at(static_cast<std::size_t>(index)) : nullptr;
    }
    if (at == nullptr) {
      return nullptr;
    }
  }
  return at;
}

}  // namespace davit::commands::workflow::smoke
