// SPDX-License-Identifier: Apache-2.0
#include "aws/core/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace davit {
namespace {

constexpr int k_max_element_depth = 64;
constexpr std::string_view k_space = " \t\r\n";

bool is_name_character(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool append_utf8(std::string& out, std::uint32_t code)
{
  const auto add = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  const bool is_control = code < 0x20 && code != '\t' && code != '\n' && code != '\r';
  if (is_control || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) {
    return false;
  }
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
  return true;
}

/// What stands between '&' and ';'.
bool append_entity(std::string& out, std::string_view name)
{
  constexpr std::pair<std::string_view, char> k_predefined[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"apos", '\''}, {"quot", '"'}};
  for (const auto& [entity, character] : k_predefined) {
    if (name == entity) {
      out += character;
      return true;
    }
  }
  const bool hexadecimal = name.starts_with("#x");
  if (!name.starts_with('#')) {
    return false;
  }
  name.remove_prefix(hexadecimal ? 2 : 1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hexadecimal ? 16 : 10);
  return error == std::errc{} && end == name.data() + name.size() && append_utf8(out, code);
}

class Parser
{
public:
  explicit Parser(std::string_view text) : m_text(text) {}

  Result<XmlElement> document()
  {
    if (m_text.starts_with("\xEF\xBB\xBF")) {
      m_at = 3;
    }
    DAVIT_TRY(skip_misc());
    XmlElement root;
    DAVIT_TRY(element(root, 1));
    DAVIT_TRY(skip_misc());
    return m_at == m_text.size() ? Result<XmlElement>{std::move(root)} : refuse("something follows the root element");
  }

private:
  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view why) const
  {
    return fail(failed_error(fmt::format("malformed XML at byte {}: {}", m_at, why)));
  }

  bool take(std::string_view literal)
  {
    if (!m_text.substr(m_at).starts_with(literal)) {
      return false;
    }
    m_at += literal.size();
    return true;
  }

  void skip_space() { m_at = std::min(m_text.find_first_not_of(k_space, m_at), m_text.size()); }

  /// Behind the next occurrence of `end`.
  Status skip_past(std::string_view end)
  {
    const std::size_t found = m_text.find(end, m_at);
    if (found == std::string_view::npos) {
      return refuse(fmt::format("'{}' is missing", end));
    }
    m_at = found + end.size();
    return {};
  }

  /// Declaration, processing instructions and comments around the root.
  Status skip_misc()
  {
    for (skip_space(); m_at < m_text.size(); skip_space()) {
      if (take("<?")) {
        DAVIT_TRY(skip_past("?>"));
      } else if (take("<!--")) {
        DAVIT_TRY(skip_past("-->"));
      } else {
        return m_text.substr(m_at).starts_with("<!") ? Status{refuse("a document type declaration is not accepted")} : Status{};
      }
    }
    return {};
  }

  std::string_view name()
  {
    const std::size_t start = m_at;
    while (m_at < m_text.size() && is_name_character(m_text[m_at])) {
      ++m_at;
    }
    return m_text.substr(start, m_at - start);
  }

  Status skip_attributes()
  {
    for (skip_space(); m_at < m_text.size() && is_name_character(m_text[m_at]); skip_space()) {
      name();
      skip_space();
      if (!take("=")) {
        return refuse("an attribute has no value");
      }
      skip_space();
      const char quote = m_at < m_text.size() ? m_text[m_at] : '\0';
      if (quote != '"' && quote != '\'') {
        return refuse("an attribute's value has no quotes");
      }
      ++m_at;
      DAVIT_TRY(skip_past(std::string_view(&quote, 1)));
    }
    return {};
  }

  Status element(XmlElement& out, int depth)
  {
    if (depth > k_max_element_depth) {
      return refuse("it is nested too deeply");
    }
    if (!take("<")) {
      return refuse("an element is expected");
    }
    out.name = name();
    if (out.name.empty()) {
      return refuse("an element has no name");
    }
    DAVIT_TRY(skip_attributes());
    if (take("/>")) {
      return {};
    }
    if (!take(">")) {
      return refuse("'>' is missing");
    }
    return content(out, depth);
  }

  Status content(XmlElement& out, int depth)
  {
    while (m_at < m_text.size()) {
      if (take("</")) {
        return end_tag(out.name);
      }
      if (take("<!--")) {
        DAVIT_TRY(skip_past("-->"));
      } else if (take("<![CDATA[")) {
        const std::size_t start = m_at;
        DAVIT_TRY(skip_past("]]>"));
        out.text += m_text.substr(start, m_at - 3 - start);
      } else if (take("<?")) {
        DAVIT_TRY(skip_past("?>"));
      } else if (m_text[m_at] == '<') {
        DAVIT_TRY(element(out.children.emplace_back(), depth + 1));
      } else {
        DAVIT_TRY(character_data(out.text));
      }
    }
    return refuse(fmt::format("element '{}' does not end", out.name));
  }

  Status end_tag(std::string_view expected)
  {
    if (name() != expected) {
      return refuse(fmt::format("'</{}>' is expected", expected));
    }
    skip_space();
    return take(">") ? Status{} : Status{refuse("'>' is missing")};
  }

  Status character_data(std::string& out)
  {
    const std::size_t end = std::min(m_text.find_first_of("<&", m_at), m_text.size());
    out += m_text.substr(m_at, end - m_at);
    m_at = end;
    if (!take("&")) {
      return {};
    }
    const std::size_t semicolon = m_text.find(';', m_at);
    if (semicolon == std::string_view::npos || !append_entity(out, m_text.substr(m_at, semicolon - m_at))) {
      return refuse("an entity is unknown");
    }
    m_at = semicolon + 1;
    return {};
  }

  std::string_view m_text;
  std::size_t m_at = 0;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const
{
  const auto found = std::find_if(children.begin(), children.end(), [&](const XmlElement& element) { return element.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::text_at(std::string_view path) const
{
  const std::size_t slash = path.find('/');
  const XmlElement* const next = child(path.substr(0, slash));
  if (next == nullptr) {
    return "";
  }
  return slash == std::string_view::npos ? next->text : next->text_at(path.substr(slash + 1));
}

Result<XmlElement> parse_xml(std::string_view text)
{
  return Parser{text}.document();
}

}  // namespace davit
