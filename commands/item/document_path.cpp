// SPDX-License-Identifier: Apache-2.0
#include "commands/item/document_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace davit::commands::item {

using aws::dynamodb::format::Path;

namespace {

class PathReader
{
public:
  explicit PathReader(std::string_view text) : m_text(text) {}

  Result<DocumentPath> read()
  {
    DocumentPath out;
    do {
      DAVIT_TRY_ASSIGN(std::string name, read_name());
      out.path.emplace_back(std::move(name));
      while (next_is('[')) {
        DAVIT_TRY_ASSIGN(const std::size_t index, read_index());
        out.path.emplace_back(index);
      }
    } while (passed('.'));
    out.has_value = passed('=');
    if (!out.has_value && m_at < m_text.size()) {
      return fail(wrong("a dot, a [ or a = belongs here"));
    }
    out.rest = m_text.substr(m_at);
    return out;
  }

private:
  [[nodiscard]] bool next_is(char c) const { return m_at < m_text.size() && m_text[m_at] == c; }

  bool passed(char c)
  {
    const bool is_there = next_is(c);
    m_at += is_there ? 1 : 0;
    return is_there;
  }

  [[nodiscard]] Error wrong(std::string_view what) const
  {
    return usage_error(fmt::format("'{}' is no path of attributes: column {}: {}", m_text, m_at + 1, what),
                       "as in price, address.city, tags[0]; names with dots or brackets in quotes: '\"a.b\".c'");
  }

  Result<std::string> read_name()
  {
    if (passed('"')) {
      return read_quoted();
    }
    const std::size_t end = std::min(m_text.find_first_of(".[]=\"", m_at), m_text.size());
    std::string name(m_text.substr(m_at, end - m_at));
    if (name.empty()) {
      return fail(wrong("a name belongs here"));
    }
    m_at = end;
    return name;
  }

  /// Within quotes, a backslash keeps a quote or another backslash.
  Result<std::string> read_quoted()
  {
    std::string name;
    while (!next_is('"')) {
      const bool is_escaped = passed('\\');
      if (m_at == m_text.size()) {
        return fail(wrong("the quotes are not closed"));
      }
      name += is_escaped && !next_is('"') && !next_is('\\') ? "\\" : "";
      name += m_text[m_at++];
    }
    ++m_at;
    return name.empty() ? fail(wrong("a name has at least one character")) : Result<std::string>(std::move(name));
  }

  Result<std::size_t> read_index()
  {
    ++m_at;
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), index);
    m_at = static_cast<std::size_t>(end - m_text.data());
    if (error != std::errc{} || !passed(']')) {
      return fail(wrong("the number of an element and ] belong here"));
    }
    return index;
  }

  std::string_view m_text;
  std::size_t m_at = 0;
};

}  // namespace

Result<DocumentPath> parse_document_path(std::string_view text)
{
  return PathReader{text}.read();
}

std::string placeholder_path(const Path& path, aws::dynamodb::Placeholders& placeholders)
{
  std::string out;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      out += fmt::format("[{}]", *index);
      continue;
    }
    const auto& name = std::get<std::string>(step);
    auto& names = placeholders.names;
    const auto known = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.second == name; });
    // The number grows with each name of ours, so that none is given twice; a user's own names do not begin so.
    const std::string placeholder = known != names.end() ? known->first : fmt::format("#davit{}", names.size());
    names.emplace(placeholder, name);
    out += (out.empty() ? "" : ".") + placeholder;
  }
  return out;
}

}  // namespace davit::commands::item
