// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/partiql/statement_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace davit::aws::local::dynamodb::partiql {
namespace {

using Kind = StatementToken::Kind;

bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool starts_word(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/// Two characters first, so that "<<" is not read as "<".
constexpr std::array<std::string_view, 7> k_long_symbols{"<<", ">>", "<=", ">=", "<>", "!=", "||"};
constexpr std::string_view k_short_symbols = "<>=+-*/%()[]{},.:@";

class Scanner
{
public:
  explicit Scanner(std::string_view text) : m_text(text) {}

  Read<std::vector<StatementToken>> run()
  {
    std::vector<StatementToken> tokens;
    while (true) {
      if (!skip_space_and_comments()) {
        return unreadable();
      }
      auto token = next();
      if (!token) {
        return tl::unexpected(std::move(token).error());
      }
      tokens.push_back(std::move(*token));
      if (tokens.back().kind == Kind::end && m_position >= m_text.size()) {
        return tokens;
      }
    }
  }

private:
  /// The service's scanner says nothing of what it could not read.
  static tl::unexpected<std::string> unreadable() { return tl::unexpected(std::string()); }

  [[nodiscard]] char peek(std::size_t ahead = 0) const { return m_position + ahead < m_text.size() ? m_text[m_position + ahead] : '\0'; }
  [[nodiscard]] bool at(std::string_view text) const { return m_text.substr(m_position).starts_with(text); }

  void advance()
  {
    const char c = m_text[m_position++];
    if (c == '\n') {
      ++m_line;
      m_column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++m_column;
    }
  }

  void advance(std::size_t count)
  {
    for (std::size_t i = 0; i < count; ++i) {
      advance();
    }
  }

  /// False for a comment without an end.
  bool skip_space_and_comments()
  {
    while (m_position < m_text.size()) {
      if (is_space(peek())) {
        advance();
      } else if (at("--")) {
        while (m_position < m_text.size() && peek() != '\n') {
          advance();
        }
      } else if (at("/*")) {
        const auto end = m_text.find("*/", m_position + 2);
        if (end == std::string_view::npos) {
          return false;
        }
        advance(end + 2 - m_position);
      } else {
        return true;
      }
    }
    return true;
  }

  Read<StatementToken> next()
  {
    StatementToken token{.kind = Kind::end, .text = {}, .place = {m_line, m_column, 0}};
    const std::size_t start = m_position;
    if (m_position < m_text.size() && !read(token)) {
      return unreadable();
    }
    token.place.length = count_of_characters(m_text.substr(start, m_position - start));
    return token;
  }

  static std::size_t count_of_characters(std::string_view text)
  {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }

  bool read(StatementToken& token)
  {
    const char c = peek();
    if (c == '\'' || c == '"' || c == '`') {
      token.kind = c == '\'' ? Kind::string : c == '"' ? Kind::quoted : Kind::ion;
      return read_quoted(c, token.text);
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      token.kind = Kind::number;
      return read_number(token.text);
    }
    if (starts_word(c)) {
      token.kind = Kind::word;
      while (starts_word(peek()) || is_digit(peek())) {
        token.text += peek();
        advance();
      }
      return true;
    }
    return read_symbol(token);
  }

  bool read_quoted(char mark, std::string& text)
  {
    advance();
    while (m_position < m_text.size()) {
      const bool is_mark = peek() == mark;
      if (is_mark && peek(1) != mark) {
        advance();
        return true;
      }
      if (is_mark) {
        advance();
      }
      text += peek();
      advance();
    }
    return false;
  }

  void take_digits(std::string& text)
  {
    while (is_digit(peek())) {
      text += peek();
      advance();
    }
  }

  /// A decimal whose exponent, and whose scale, fit into 32 bits.
  bool read_number(std::string& text)
  {
    take_digits(text);
    std::size_t decimals = 0;
    if (peek() == '.') {
      text += '.';
      advance();
      const std::size_t before = text.size();
      take_digits(text);
      decimals = text.size() - before;
    }
    if (peek() != 'e' && peek() != 'E') {
      return !starts_word(peek());
    }
    text += 'e';
    advance();
    return read_exponent(text, decimals) && !starts_word(peek());
  }

  bool read_exponent(std::string& text, std::size_t decimals)
  {
    const bool is_negative = peek() == '-';
    if (is_negative || peek() == '+') {
      text += peek();
      advance();
    }
    std::string digits;
    take_digits(digits);
    text += digits;
    constexpr std::size_t k_longest = 10;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.size() > k_longest || !is_digit(text.back())) {
      return false;
    }
    const std::int64_t magnitude = digits.empty() ? 0 : std::stoll(digits);
    const std::int64_t exponent = is_negative ? -magnitude : magnitude;
    const std::int64_t scale = static_cast<std::int64_t>(decimals) - exponent;
    const auto fits = [](std::int64_t value) {
      return value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max();
    };
    return fits(exponent) && fits(scale);
  }

  bool read_symbol(StatementToken& token)
  {
    if (peek() == ';') {
      advance();
      return true;
    }
    if (peek() == '?') {
      token.kind = Kind::parameter;
      advance();
      return true;
    }
    token.kind = Kind::symbol;
    for (const std::string_view symbol : k_long_symbols) {
      if (at(symbol)) {
        token.text = symbol;
        advance(symbol.size());
        return true;
      }
    }
    token.text = std::string(1, peek());
    advance();
    return k_short_symbols.find(token.text[0]) != std::string_view::npos;
  }

  std::string_view m_text;
  std::size_t m_position = 0;
  std::size_t m_line = 1;
  std::size_t m_column = 1;
};

}  // namespace

std::string at(const Place& place)
{
  return fmt::format(" at {}:{}:{}", place.line, place.column, place.length);
}

Read<std::vector<StatementToken>> tokenize_statement(std::string_view statement)
{
  return Scanner(statement).run();
}

std::string lower_case(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_same_word(std::string_view word, std::string_view upper_case)
{
  return word.size() == upper_case.size() && std::equal(word.begin(), word.end(), upper_case.begin(), [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

}  // namespace davit::aws::local::dynamodb::partiql
