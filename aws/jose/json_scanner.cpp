// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/json_scanner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/encoding.hpp"
#include "aws/jose/reason.hpp"

namespace davit::aws::jose {
namespace {

constexpr int k_most_levels = 64;

bool is_white_space(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

}  // namespace

/// Recursive descent over the grammar of RFC 8259. Stops at the first problem.
class JsonScanner
{
public:
  JsonScanner(std::string_view text, ScannedObject& into) : m_text(text), m_into(&into) {}

  std::optional<JsonProblem> scan()
  {
    if (!is_utf8(m_text)) {
      refuse(JsonFault::malformed, "it is not UTF-8");
      return m_problem;
    }
    skip_white_space();
    if (next() != '{') {
      refuse(JsonFault::not_an_object, m_at == m_text.size() ? "there is no text" : "it does not begin with '{'");
      return m_problem;
    }
    if (scan_object(1)) {
      skip_white_space();
      if (m_at != m_text.size()) {
        refuse(JsonFault::malformed, "something follows the object");
      }
    }
    return m_problem;
  }

private:
  [[nodiscard]] char next() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

  bool refuse(JsonFault fault, std::string message)
  {
    m_problem = JsonProblem{fault, m_at, std::move(message)};
    return false;
  }

  bool malformed(std::string_view expected) { return refuse(JsonFault::malformed, fmt::format("{} is expected", expected)); }

  void skip_white_space()
  {
    while (is_white_space(next())) {
      ++m_at;
    }
  }

  bool take(char c)
  {
    const bool there = next() == c && m_at < m_text.size();
    m_at += there ? 1 : 0;
    return there;
  }

  bool scan_object(int level)
  {
    if (level > k_most_levels) {
      return refuse(JsonFault::too_deep, fmt::format("it is nested deeper than {} levels", k_most_levels));
    }
    ++m_at;
    const std::size_t first_name = m_into->m_open_names.size();
    skip_white_space();
    if (take('}')) {
      return true;
    }
    do {
      if (!scan_member(level)) {
        return false;
      }
      skip_white_space();
    } while (take(','));
    return take('}') ? close_object(first_name) : malformed("',' or '}'");
  }

  bool scan_member(int level)
  {
    skip_white_space();
    std::string_view name;
    if (!scan_string(&name)) {
      return false;
    }
    m_into->m_open_names.push_back(name);
    skip_white_space();
    if (!take(':')) {
      return malformed("':'");
    }
    skip_white_space();
    const std::size_t start = m_at;
    JsonKind kind{};
    if (!scan_value(level, kind)) {
      return false;
    }
    if (level == 1) {
      m_into->m_members.push_back({name, {kind, m_text.substr(start, m_at - start)}});
    }
    return true;
  }

  /// Refuses equal names in the object that ends here, and forgets them.
  bool close_object(std::size_t first_name)
  {
    auto& names = m_into->m_open_names;
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(first_name);
    std::sort(begin, names.end());
    const auto twice = std::adjacent_find(begin, names.end());
    if (twice != names.end()) {
      return refuse(JsonFault::duplicate_member, fmt::format("the member {} appears twice in one object", in_quotes(*twice)));
    }
    names.resize(first_name);
    return true;
  }

  bool scan_array(int level)
  {
    if (level > k_most_levels) {
      return refuse(JsonFault::too_deep, fmt::format("it is nested deeper than {} levels", k_most_levels));
    }
    ++m_at;
    skip_white_space();
    if (take(']')) {
      return true;
    }
    do {
      skip_white_space();
      JsonKind ignored{};
      if (!scan_value(level, ignored)) {
        return false;
      }
      skip_white_space();
    } while (take(','));
    return take(']') || malformed("',' or ']'");
  }

  bool scan_value(int level, JsonKind& kind)
  {
    switch (next()) {
      case '{':
        kind = JsonKind::object;
        return scan_object(level + 1);
      case '[':
        kind = JsonKind::array;
        return scan_array(level + 1);
      case '"':
        kind = JsonKind::string;
        return scan_string(nullptr);
      case 't':
        kind = JsonKind::boolean;
        return scan_word("true");
      case 'f':
        kind = JsonKind::boolean;
        return scan_word("false");
      case 'n':
        kind = JsonKind::null;
        return scan_word("null");
      default:
        kind = JsonKind::number;
        return scan_number();
    }
  }

  bool scan_word(std::string_view word)
  {
    if (m_text.substr(m_at, word.size()) != word) {
      return malformed("a value");
    }
    m_at += word.size();
    return true;
  }

  bool scan_digits()
  {
    const std::size_t start = m_at;
    while (is_digit(next())) {
      ++m_at;
    }
    return m_at > start;
  }

  bool scan_number()
  {
    take('-');
    if (!take('0') && !scan_digits()) {
      return malformed("a value");
    }
    if (take('.') && !scan_digits()) {
      return malformed("a digit");
    }
    if (take('e') || take('E')) {
      static_cast<void>(take('+') || take('-'));
      return scan_digits() || malformed("a digit");
    }
    return !is_digit(next()) || malformed("no digit after a leading 0");
  }

  /// A wanted `name` becomes what the string says: a slice of the text, or a copy when it has escapes.
  bool scan_string(std::string_view* name)
  {
    if (!take('"')) {
      return malformed("'\"'");
    }
    const std::size_t start = m_at;
    bool escaped = false;
    while (m_at < m_text.size() && m_text[m_at] != '"') {
      if (static_cast<unsigned char>(m_text[m_at]) < 0x20) {
        return malformed("an escape in place of a control character");
      }
      const bool is_escape = m_text[m_at++] == '\\';
      escaped |= is_escape;
      if (is_escape && !scan_escape()) {
        return false;
      }
    }
    const std::string_view raw = m_text.substr(start, m_at - start);
    if (!take('"')) {
      return malformed("'\"'");
    }
    if (name != nullptr) {
      *name = escaped ? std::string_view(m_into->m_unescaped.emplace_back(unescape_json(raw))) : raw;
    }
    return true;
  }

  bool scan_escape()
  {
    constexpr std::string_view k_single = "\"\\/bfnrt";
    if (next() != 'u') {
      return k_single.find(next()) != std::string_view::npos && m_at < m_text.size() ? (++m_at, true) : malformed("an escape of RFC 8259");
    }
    const auto unit = utf16_unit(m_text.substr(m_at + 1, 4));
    if (!unit) {
      return malformed("four hexadecimal digits");
    }
    m_at += 5;
    if (*unit < 0xD800 || *unit > 0xDFFF) {
      return true;
    }
    const bool pair_follows = *unit < 0xDC00 && m_text.substr(m_at, 2) == "\\u";
    const auto low = pair_follows ? utf16_unit(m_text.substr(m_at + 2, 4)) : std::nullopt;
    if (!low || *low < 0xDC00 || *low > 0xDFFF) {
      return malformed("the other half of a surrogate pair");
    }
    m_at += 6;
    return true;
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  ScannedObject* m_into;
  std::optional<JsonProblem> m_problem;
};

std::optional<JsonProblem> ScannedObject::scan(std::string_view text)
{
  m_members.clear();
  m_unescaped.clear();
  m_open_names.clear();
  return JsonScanner(text, *this).scan();
}

const JsonSlice* ScannedObject::find(std::string_view name) const
{
  const auto found = std::find_if(m_members.begin(), m_members.end(), [&](const JsonMember& member) { return member.name == name; });
  return found == m_members.end() ? nullptr : &found->value;
}

}  // namespace davit::aws::jose
