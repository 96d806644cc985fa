// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/expression_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/reserved_words.hpp"

namespace davit::aws::dynamodb::format {
namespace {

bool is_decimal(char c)
{
  return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What the service's own names are made of, and the bytes of other alphabets, which it takes only behind a placeholder.
bool continues_word(char c)
{
  return is_letter(c) || is_decimal(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::string upper_case(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& upper_case_words)
{
  return std::find(upper_case_words.begin(), upper_case_words.end(), upper_case(word)) != upper_case_words.end();
}

/// Whether the service takes the name as it is.
bool is_plain_name(std::string_view name)
{
  return !name.empty() && is_letter(name.front()) && !is_reserved_word(name) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_decimal(c) || c == '_'; });
}

/// Goes through the text once, from token to token, and knows whether an operand may begin at each.
class Expansion
{
public:
  Expansion(std::string_view text, ExpressionKind kind, std::string_view flag, Placeholders& placeholders)
      : m_text(text), m_kind(kind), m_flag(flag), m_placeholders(placeholders)
  {
  }

  Result<std::string> run()
  {
    while (m_at < m_text.size()) {
      DAVIT_TRY(token());
    }
    return std::move(m_out);
  }

private:
  Status token()
  {
    const char c = m_text[m_at];
    if (c == '`') {
      return quoted_name();
    }
    if ((c == '#' || c == ':') && continues_word(at(m_at + 1))) {
      return operand_as_it_is(end_of_word(m_at + 1));
    }
    if (continues_word(c) && !is_decimal(c)) {
      return word();
    }
    if (c == '[' && m_after_operand) {
      return operand_as_it_is(std::min(m_text.find(']', m_at), m_text.size() - 1) + 1);
    }
    if (m_kind != ExpressionKind::projection && begins_literal(c)) {
      return literal();
    }
    return symbol();
  }

  [[nodiscard]] char at(std::size_t position) const { return position < m_text.size() ? m_text[position] : '\0'; }

  [[nodiscard]] std::size_t end_of_word(std::size_t from) const
  {
    while (continues_word(at(from))) {
      ++from;
    }
    return from;
  }

  /// A name may have hyphens where the service knows no difference of two operands.
  [[nodiscard]] std::size_t end_of_name() const
  {
    std::size_t end = end_of_word(m_at);
    while (m_kind != ExpressionKind::update && at(end) == '-' && continues_word(at(end + 1))) {
      end = end_of_word(end + 1);
    }
    return end;
  }

  [[nodiscard]] char next_visible(std::size_t from) const
  {
    const std::size_t found = m_text.find_first_not_of(" \t\r\n", from);
    return found == std::string_view::npos ? '\0' : m_text[found];
  }

  Status operand_as_it_is(std::size_t end)
  {
    m_out += m_text.substr(m_at, end - m_at);
    m_at = end;
    m_after_operand = true;
    m_after_dot = false;
    return {};
  }

  Status keyword(std::size_t end)
  {
    m_out += m_text.substr(m_at, end - m_at);
    m_at = end;
    m_after_operand = false;
    return {};
  }

  Status word()
  {
    const std::size_t end = end_of_name();
    const std::string_view word = m_text.substr(m_at, end - m_at);
    if (m_after_dot) {
      return name(word, end);
    }
    if (m_after_operand && is_connective(word)) {
      return keyword(end);
    }
    if (begins_clause(word)) {
      m_has_signed_operands = !is_one_of(word, std::array<std::string_view, 1>{"SET"});
      return keyword(end);
    }
    // What stands before a parenthesis is a function, or one of the words that may stand there.
    if (next_visible(end) == '(' || is_negation(word, end)) {
      return keyword(end);
    }
    return is_literal_word(word, end) ? literal() : name(word, end);
  }

  [[nodiscard]] bool is_connective(std::string_view word) const
  {
    constexpr std::array<std::string_view, 4> k_words{"AND", "OR", "BETWEEN", "IN"};
    return m_kind == ExpressionKind::condition && is_one_of(word, k_words);
  }

  /// A clause begins at the start and behind an operand: elsewhere SET is an attribute.
  [[nodiscard]] bool begins_clause(std::string_view word) const
  {
    constexpr std::array<std::string_view, 4> k_words{"SET", "REMOVE", "ADD", "DELETE"};
    return m_kind == ExpressionKind::update && (m_after_operand || m_out.find_first_not_of(" \t\r\n") == std::string::npos) &&
           is_one_of(word, k_words);
  }

  /// NOT stands before an operand; where an operator, or nothing, follows, it is an attribute.
  [[nodiscard]] bool is_negation(std::string_view word, std::size_t end) const
  {
    const char next = next_visible(end);
    return m_kind == ExpressionKind::condition && is_one_of(word, std::array<std::string_view, 1>{"NOT"}) &&
           (next == '#' || next == ':' || next == '`' || next == '"' || next == '\'' || continues_word(next));
  }

  [[nodiscard]] bool is_literal_word(std::string_view word, std::size_t end) const
  {
    return m_kind != ExpressionKind::projection && (word == "true" || word == "false" || word == "null") && at(end) != '.' &&
           at(end) != '[';
  }

  /// A name after an operand is a mistake that the service describes better when it sees it.
  Status name(std::string_view name, std::size_t end)
  {
    m_out += is_plain_name(name) ? std::string(name) : placeholder_of(std::string(name));
    m_at = end;
    m_after_operand = true;
    m_after_dot = false;
    return {};
  }

  Status quoted_name()
  {
    const std::size_t close = m_text.find('`', m_at + 1);
    if (close == std::string_view::npos || close == m_at + 1) {
      return fail(error_at(m_at, close == std::string_view::npos ? "a name that begins with ` does not end" : "`` is no name"));
    }
    return name(m_text.substr(m_at + 1, close - m_at - 1), close + 1);
  }

  [[nodiscard]] bool begins_literal(char c) const
  {
    const bool is_signed = c == '-' || c == '+';
    const bool is_number = is_decimal(c) || ((is_signed || c == '.') && (is_decimal(at(m_at + 1)) || at(m_at + 1) == '.'));
    return c == '"' || c == '\'' || c == '{' || c == '[' ||
           (is_number && (is_decimal(c) || !m_after_operand || (is_signed && m_has_signed_operands)));
  }

  Status literal()
  {
    const std::size_t begin = m_at;
    const std::size_t end = end_of_literal();
    if (end == std::string_view::npos) {
      return fail(error_at(begin, "a value begins here that does not end"));
    }
    auto value = value_of(m_text.substr(begin, end - begin));
    if (!value) {
      return fail(error_at(begin, value.error().message));
    }
    m_out += placeholder_of(std::move(*value));
    m_at = end;
    m_after_operand = true;
    return {};
  }

  /// Behind the literal, or npos.
  [[nodiscard]] std::size_t end_of_literal() const
  {
    switch (m_text[m_at]) {
      case '\'':
        return end_of_single_quoted();
      case '"':
        return end_of_string(m_at);
      case '{':
      case '[':
        return end_of_brackets();
      default:
        return end_of_scalar();
    }
  }

  [[nodiscard]] std::size_t end_of_single_quoted() const
  {
    for (std::size_t i = m_at + 1; i < m_text.size(); ++i) {
      if (m_text[i] == '\'' && at(i + 1) != '\'') {
        return i + 1;
      }
      i += m_text[i] == '\'' ? 1 : 0;
    }
    return std::string_view::npos;
  }

  [[nodiscard]] std::size_t end_of_string(std::size_t begin) const
  {
    for (std::size_t i = begin + 1; i < m_text.size(); ++i) {
      if (m_text[i] == '"') {
        return i + 1;
      }
      i += m_text[i] == '\\' ? 1 : 0;
    }
    return std::string_view::npos;
  }

  [[nodiscard]] std::size_t end_of_brackets() const
  {
    int depth = 0;
    for (std::size_t i = m_at; i < m_text.size(); ++i) {
      const char c = m_text[i];
      if (c == '"') {
        i = end_of_string(i);
        if (i == std::string_view::npos) {
          return i;
        }
        --i;
      }
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return std::string_view::npos;
  }

  /// A number, whose exponent may have a sign, or one of the words true, false and null.
  [[nodiscard]] std::size_t end_of_scalar() const
  {
    std::size_t end = m_at + 1;
    while (continues_word(at(end)) || at(end) == '.' ||
           ((at(end) == '-' || at(end) == '+') && (at(end - 1) == 'e' || at(end - 1) == 'E') && is_decimal(at(end + 1)))) {
      ++end;
    }
    return end;
  }

  static tl::expected<AttributeValue, Problem> value_of(std::string_view literal)
  {
    if (literal.front() == '\'') {
      return AttributeValue(without_doubled_quotes(literal.substr(1, literal.size() - 2)));
    }
    if (is_decimal(literal.front()) || literal.find_first_of("+-.") == 0) {
      auto number = Number::parse(literal);
      return number ? tl::expected<AttributeValue, Problem>(std::move(*number))
                    : tl::unexpected(Problem{Reason::number_syntax, fmt::format("{}: {}", literal, message_of(number.error())), {}});
    }
    TextSource source = TextSource::of_text(std::string(literal), {});
    auto json = read_json(source);
    return json ? value_from_plain_json(*json) : tl::unexpected(std::move(json).error());
  }

  static std::string without_doubled_quotes(std::string_view text)
  {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      out += text[i];
      i += text[i] == '\'' ? 1 : 0;
    }
    return out;
  }

  /// Also white space, which changes nothing, and what no expression has.
  Status symbol()
  {
    const char c = m_text[m_at++];
    m_out += c;
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      m_after_dot = c == '.';
      m_after_operand = c == ')';
    }
    return {};
  }

  std::string placeholder_of(const std::string& name)
  {
    for (const auto& [placeholder, meaning] : m_placeholders.names) {
      if (meaning == name && placeholder.starts_with("#davit_")) {
        return placeholder;
      }
    }
    return m_placeholders.names.emplace(unused('#', m_placeholders.names), name).first->first;
  }

  std::string placeholder_of(AttributeValue value)
  {
    return m_placeholders.values.emplace(unused(':', m_placeholders.values), std::move(value)).first->first;
  }

  template <typename Used>
  static std::string unused(char mark, const Used& used)
  {
    std::size_t number = used.size();
    std::string out;
    do {
      out = fmt::format("{}davit_{}", mark, number++);
    } while (used.contains(out));
    return out;
  }

  [[nodiscard]] Error error_at(std::size_t position, std::string message) const
  {
    const auto before = m_text.substr(0, position);
    const auto column =
        1 + std::count_if(before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
    Error error = usage_error(fmt::format("{} has a value or a name that cannot be read", m_flag),
                              "values are plain JSON: 5, \"text\", true; a name with other characters stands in `backticks`");
    error.diagnostics.push_back({.file = std::string(m_flag),
                                 .line = 1,
                                 .column = static_cast<int>(column),
                                 .message = std::move(message),
                                 .source = std::string(m_text)});
    return error;
  }

  std::string_view m_text;
  ExpressionKind m_kind;
  std::string_view m_flag;
  Placeholders& m_placeholders;
  std::size_t m_at = 0;
  std::string m_out;
  bool m_after_operand = false;
  bool m_after_dot = false;
  bool m_has_signed_operands = false;  ///< in ADD and DELETE a value follows its path without an operator
};

}  // namespace

Result<std::string> expand_expression(std::string_view text, ExpressionKind kind, std::string_view flag, Placeholders& placeholders)
{
  return Expansion{text, kind, flag, placeholders}.run();
}

}  // namespace davit::aws::dynamodb::format
