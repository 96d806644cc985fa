// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/exact_json.hpp"

#include <fmt/format.h>

#include <optional>

#include "aws/core/encoding.hpp"

namespace davit::aws::dynamodb::format {
namespace {

/// DynamoDB JSON spends two levels of JSON on each of an item's 32.
constexpr int k_max_depth = 100;

/// What the longest item could take, every byte of it escaped; also the most that one request may hold.
constexpr std::uint64_t k_max_text = 16 * 1024 * 1024;

bool is_digit(int c)
{
  return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, std::uint32_t code_point)
{
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    out += static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

/// Each function returns false after it has noted the problem.
class Scanner
{
public:
  explicit Scanner(TextSource& source) : m_source(source), m_start(source.consumed()) {}

  bool value(ExactJson& out, int depth)
  {
    skip_white_space(m_source);
    out.at = m_source.place();
    switch (m_source.peek()) {
      case '{':
        return depth < k_max_depth ? object(out, depth) : pass_over(out);
      case '[':
        return depth < k_max_depth ? array(out, depth) : pass_over(out);
      case '"':
        out.kind = ExactJson::Kind::string;
        return string(out.text);
      case 't':
        out.truth = true;
        out.kind = ExactJson::Kind::boolean;
        return word("true");
      case 'f':
        out.kind = ExactJson::Kind::boolean;
        return word("false");
      case 'n':
        return word("null");
      default:
        out.kind = ExactJson::Kind::number;
        return number(out.text);
    }
  }

  Problem take_problem() { return std::move(m_problem); }

private:
  bool refuse(Problem problem)
  {
    m_problem = std::move(problem);
    return false;
  }

  bool expected(std::string_view what) { return refuse(unexpected_byte(m_source, what)); }

  bool within_limit()
  {
    return m_source.consumed() - m_start <= k_max_text ||
           refuse({Reason::text_too_long, fmt::format("the item takes more than {} MiB of text", k_max_text >> 20), m_source.place()});
  }

  bool object(ExactJson& out, int depth)
  {
    out.kind = ExactJson::Kind::object;
    m_source.advance();
    skip_white_space(m_source);
    if (m_source.peek() == '}') {
      m_source.advance();
      return true;
    }
    while (member(out, depth)) {
      skip_white_space(m_source);
      const int c = m_source.peek();
      if (c != ',' && c != '}') {
        return expected("',' or '}'");
      }
      m_source.advance();
      if (c == '}') {
        return true;
      }
    }
    return false;
  }

  bool member(ExactJson& out, int depth)
  {
    skip_white_space(m_source);
    if (m_source.peek() != '"') {
      return expected("a member name in double quotes");
    }
    auto& added = out.members.emplace_back();
    if (!string(added.name)) {
      return false;
    }
    skip_white_space(m_source);
    if (m_source.peek() != ':') {
      return expected("':'");
    }
    m_source.advance();
    return value(added.value, depth + 1) && within_limit();
  }

  bool array(ExactJson& out, int depth)
  {
    out.kind = ExactJson::Kind::array;
    m_source.advance();
    skip_white_space(m_source);
    if (m_source.peek() == ']') {
      m_source.advance();
      return true;
    }
    while (value(out.elements.emplace_back(), depth + 1) && within_limit()) {
      skip_white_space(m_source);
      const int c = m_source.peek();
      if (c != ',' && c != ']') {
        return expected("',' or ']'");
      }
      m_source.advance();
      if (c == ']') {
        return true;
      }
    }
    return false;
  }

  /// Matches brackets without recursion: the nesting of a text is unbounded, the stack is not.
  bool pass_over(ExactJson& out)
  {
    out.kind = ExactJson::Kind::too_deep;
    std::string open;
    std::string ignored;
    do {
      const int c = m_source.peek();
      if (c == '{' || c == '[') {
        open += c == '{' ? '}' : ']';
      } else if (c == open.back()) {
        open.pop_back();
      } else if (c == TextSource::k_end || c == '}' || c == ']') {
        return expected(fmt::format("'{}'", open.back()));
      }
      if (c != '"') {
        m_source.advance();
      } else if (!string(ignored)) {
        return false;
      }
    } while (!open.empty() && within_limit());
    return open.empty();
  }

  bool word(std::string_view text)
  {
    for (const char c : text) {
      if (m_source.peek() != c) {
        return expected(fmt::format("'{}'", text));
      }
      m_source.advance();
    }
    return true;
  }

  bool digits(std::string& out)
  {
    if (!is_digit(m_source.peek())) {
      return false;
    }
    for (; is_digit(m_source.peek()) && within_limit(); m_source.advance()) {
      out += static_cast<char>(m_source.peek());
    }
    return true;
  }

  bool take(std::string& out, int c)
  {
    const bool found = m_source.peek() == c;
    if (found) {
      out += static_cast<char>(c);
      m_source.advance();
    }
    return found;
  }

  bool number(std::string& out)
  {
    if (!take(out, '-') && !is_digit(m_source.peek())) {
      return expected("a JSON value");
    }
    if (!take(out, '0') && !digits(out)) {
      return expected("a digit");
    }
    if (is_digit(m_source.peek())) {
      return expected("no digit after a leading zero");
    }
    if (take(out, '.') && !digits(out)) {
      return expected("a digit after the decimal point");
    }
    if (take(out, 'e') || take(out, 'E')) {
      static_cast<void>(take(out, '+') || take(out, '-'));
      return digits(out) || expected("a digit of the exponent");
    }
    return within_limit();
  }

  bool string(std::string& out)
  {
    const Place start = m_source.place();
    out.clear();
    m_source.advance();
    for (int c = m_source.peek(); c != '"'; c = m_source.peek()) {
      if (c == '\r' && m_source.stops_at_line_end()) {
        // The line ends in CRLF, and inside of the string.
        return refuse({Reason::json_truncated, "the line ends where the closing quote of the string was expected", m_source.place()});
      }
      if (c < 0x20) {
        return c == TextSource::k_end ? expected("the closing quote of the string")
                                      : expected("no control character in a string (write it as \\u escape)");
      }
      if (c == '\\') {
        if (!escape(out)) {
          return false;
        }
        continue;
      }
      out += static_cast<char>(c);
      m_source.advance();
      if (!within_limit()) {
        return false;
      }
    }
    m_source.advance();
    return is_utf8(out) || refuse({Reason::utf8, "the string holds bytes that are no UTF-8", start});
  }

  bool escape(std::string& out)
  {
    m_source.advance();
    const int c = m_source.peek();
    constexpr std::string_view k_letters = "\"\\/bfnrt";
    constexpr std::string_view k_meanings = "\"\\/\b\f\n\r\t";
    if (c == 'u') {
      return unicode_escape(out);
    }
    const auto found = c == TextSource::k_end ? std::string_view::npos : k_letters.find(static_cast<char>(c));
    if (found == std::string_view::npos) {
      return expected("one of \" \\ / b f n r t u after a backslash");
    }
    out += k_meanings[found];
    m_source.advance();
    return true;
  }

  /// The four digits after \u, the u included.
  std::optional<std::uint32_t> code_unit()
  {
    std::uint32_t unit = 0;
    for (int i = 0; i < 4; ++i) {
      m_source.advance();
      const int c = m_source.peek();
      const int lower = c | 0x20;
      if (!is_digit(c) && (lower < 'a' || lower > 'f')) {
        static_cast<void>(expected("four hexadecimal digits after \\u"));
        return std::nullopt;
      }
      unit = unit * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    m_source.advance();
    return unit;
  }

  bool unicode_escape(std::string& out)
  {
    const Place start = m_source.place();
    const auto first = code_unit();
    if (!first) {
      return false;
    }
    if (*first < 0xD800 || *first > 0xDFFF) {
      append_utf8(out, *first);
      return true;
    }
    if (*first < 0xDC00 && m_source.peek() == '\\') {
      m_source.advance();
      if (m_source.peek() == 'u') {
        const auto second = code_unit();
        if (!second) {
          return false;
        }
        if (*second >= 0xDC00 && *second <= 0xDFFF) {
          append_utf8(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
          return true;
        }
      }
    }
    return refuse({Reason::utf8, "the \\u escape is half of a surrogate pair", start});
  }

  TextSource& m_source;
  std::uint64_t m_start;
  Problem m_problem;
};

std::string describe(int c)
{
  if (c >= 0x20 && c < 0x7F) {
    return fmt::format("'{}'", static_cast<char>(c));
  }
  return c == '\n' ? "the end of the line" : fmt::format("the byte 0x{:02X}", c);
}

}  // namespace

const JsonMember* ExactJson::only_member() const
{
  return kind == Kind::object && members.size() == 1 ? &members.front() : nullptr;
}

void skip_white_space(TextSource& source)
{
  for (int c = source.peek(); c == ' ' || c == '\n' || c == '\r' || c == '\t'; c = source.peek()) {
    source.advance();
  }
}

Problem unexpected_byte(TextSource& source, std::string_view expected)
{
  const int c = source.peek();
  if (c == TextSource::k_end) {
    return {Reason::json_truncated,
            fmt::format("the {} ends where {} was expected", source.stops_at_line_end() ? "line" : "text", expected), source.place()};
  }
  return {Reason::json_syntax, fmt::format("expected {}, found {}", expected, describe(c)), source.place()};
}

tl::expected<ExactJson, Problem> read_json(TextSource& source)
{
  Scanner scanner{source};
  ExactJson value;
  if (!scanner.value(value, 0)) {
    return tl::unexpected(scanner.take_problem());
  }
  return value;
}

}  // namespace davit::aws::dynamodb::format
