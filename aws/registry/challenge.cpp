// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/challenge.hpp"

#include <algorithm>
#include <string_view>

namespace davit::aws::registry {
namespace {

std::string lower_case(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_token_character(char c)
{
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Reads a field value from left to right.
class FieldReader
{
public:
  explicit FieldReader(std::string_view text) : m_text(text) {}

  bool skip(char c)
  {
    const bool there = !m_text.empty() && m_text.front() == c;
    m_text.remove_prefix(there ? 1 : 0);
    return there;
  }

  void skip_space() { m_text.remove_prefix(std::min(m_text.find_first_not_of(" \t"), m_text.size())); }

  /// Commas may stand alone in a list (RFC 9110 section 5.6.1).
  void skip_separators() { m_text.remove_prefix(std::min(m_text.find_first_not_of(" \t,"), m_text.size())); }

  std::string token()
  {
    const auto end = std::find_if_not(m_text.begin(), m_text.end(), is_token_character);
    std::string out(m_text.begin(), end);
    m_text.remove_prefix(out.size());
    return out;
  }

  /// A token or a quoted string.
  std::string value()
  {
    if (!skip('"')) {
      return token();
    }
    std::string out;
    while (!m_text.empty() && m_text.front() != '"') {
      m_text.remove_prefix(m_text.front() == '\\' && m_text.size() > 1 ? 1 : 0);
      out += m_text.front();
      m_text.remove_prefix(1);
    }
    skip('"');
    return out;
  }

private:
  std::string_view m_text;
};

void read_field(std::string_view field, std::vector<Challenge>& out)
{
  FieldReader reader(field);
  while (true) {
    reader.skip_separators();
    const std::string word = reader.token();
    if (word.empty()) {
      return;
    }
    reader.skip_space();
    // A word before '=' is a parameter of the challenge before it; any other begins a challenge.
    if (reader.skip('=')) {
      reader.skip_space();
      const std::string value = reader.value();
      if (!out.empty()) {
        out.back().parameters.emplace(lower_case(word), value);
      }
    } else {
      out.push_back({.scheme = lower_case(word), .parameters = {}});
    }
  }
}

}  // namespace

std::string Challenge::parameter(const std::string& name) const
{
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

std::vector<Challenge> challenges_of(const http::Headers& headers)
{
  std::vector<Challenge> out;
  for (const auto& [name, value] : headers.fields()) {
    if (http::equals_ignoring_case(name, "www-authenticate")) {
      read_field(value, out);
    }
  }
  return out;
}

}  // namespace davit::aws::registry
