// SPDX-License-Identifier: Apache-2.0
#include "commands/item/select_statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace davit::commands::item {
namespace {

bool is_word_character(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || (c & 0x80) != 0;
}

std::string upper_case(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

/// A piece of a statement: a word, a quoted name, a string, or one character of anything else.
struct Token {
  enum class Kind { word, quoted_name, string, other, end };
  Kind kind = Kind::end;
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Tokens
{
public:
  explicit Tokens(std::string_view text) : m_text(text) {}

  Result<Token> next()
  {
    pass_over_blanks();
    const std::size_t begin = m_at;
    if (m_at == m_text.size()) {
      return Token{.kind = Token::Kind::end, .begin = begin, .end = begin};
    }
    const char c = m_text[m_at];
    if (c == '\'' || c == '"') {
      DAVIT_TRY(pass_over_quoted(c));
      return Token{.kind = c == '"' ? Token::Kind::quoted_name : Token::Kind::string, .begin = begin, .end = m_at};
    }
    if (!is_word_character(c)) {
      return Token{.kind = Token::Kind::other, .begin = begin, .end = ++m_at};
    }
    while (m_at < m_text.size() && is_word_character(m_text[m_at])) {
      ++m_at;
    }
    return Token{.kind = Token::Kind::word, .begin = begin, .end = m_at};
  }

  [[nodiscard]] std::string_view text_of(const Token& token) const { return m_text.substr(token.begin, token.end - token.begin); }
  [[nodiscard]] bool dot_follows(const Token& token) const { return token.end < m_text.size() && m_text[token.end] == '.'; }

private:
  void pass_over_blanks()
  {
    while (m_at < m_text.size()) {
      if (m_text.substr(m_at).starts_with("--")) {
        m_at = std::min(m_text.find('\n', m_at), m_text.size());
      } else if (m_text[m_at] == ' ' || (m_text[m_at] >= '\t' && m_text[m_at] <= '\r')) {
        ++m_at;
      } else {
        return;
      }
    }
  }

  /// A doubled quote stands for itself.
  Status pass_over_quoted(char quote)
  {
    const std::size_t begin = m_at++;
    while (m_at < m_text.size()) {
      if (m_text[m_at++] != quote) {
        continue;
      }
      if (m_at == m_text.size() || m_text[m_at] != quote) {
        return {};
      }
      ++m_at;
    }
    return fail(usage_error(fmt::format("the statement has a {} at column {} that is not closed", quote, begin + 1)));
  }

  std::string_view m_text;
  std::size_t m_at = 0;
};

Error refusal_of(std::string_view verb)
{
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> k_next{
      {{"INSERT", "write by `davit item put TABLE ITEM --if-absent`"},
       {"UPDATE", "write by `davit item update TABLE KEY --set PATH=VALUE`"},
       {"DELETE", "write by `davit item delete TABLE KEY`"},
       {"EXISTS", "check by an action of `davit item transact FILE`"}}};
  const std::string word = upper_case(verb);
  const auto* const next = std::find_if(k_next.begin(), k_next.end(), [&](const auto& entry) { return entry.first == word; });
  return usage_error(verb.empty() ? "the statement is empty" : fmt::format("`item sql` only reads, and this begins with {}", verb),
                     next == k_next.end() ? "such as SELECT * FROM products WHERE product_id = ?" : std::string(next->second));
}

std::string bare_name(std::string_view name)
{
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    out += name[i];
    i += name[i] == '"' ? 1 : 0;
  }
  return out;
}

std::string quoted_name(std::string_view name)
{
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    out += c == '"' ? "\"" : "";
  }
  return out + "\"";
}

}  // namespace

Result<SelectStatement> read_select(std::string_view text, const std::function<std::string(const std::string& table)>& physical_name)
{
  Tokens tokens{text};
  SelectStatement out;
  bool after_from = false;
  DAVIT_TRY_ASSIGN(Token token, tokens.next());
  if (upper_case(tokens.text_of(token)) != "SELECT") {
    return fail(refusal_of(tokens.text_of(token)));
  }
  std::size_t copied = 0;
  while (token.kind != Token::Kind::end) {
    const std::string_view piece = tokens.text_of(token);
    const bool is_name = token.kind == Token::Kind::word || token.kind == Token::Kind::quoted_name;
    if (after_from && out.table.empty() && is_name) {
      out.table = token.kind == Token::Kind::quoted_name ? bare_name(piece) : std::string(piece);
      out.text += std::string(text.substr(copied, token.begin - copied)) + quoted_name(physical_name(out.table));
      copied = token.end;
      // The name of an index may stand without quotes as well.
      if (tokens.dot_follows(token)) {
        DAVIT_TRY(tokens.next());
        DAVIT_TRY_ASSIGN(const Token index, tokens.next());
        out.index = index.kind == Token::Kind::quoted_name ? bare_name(tokens.text_of(index)) : std::string(tokens.text_of(index));
        out.text += "." + quoted_name(out.index);
        copied = index.end;
      }
    }
    const std::string word = token.kind == Token::Kind::word ? upper_case(piece) : "";
    after_from = after_from || word == "FROM";
    out.has_condition = out.has_condition || word == "WHERE";
    out.parameters += token.kind == Token::Kind::other && piece == "?" ? 1 : 0;
    if (token.kind == Token::Kind::other && piece == ";") {
      return fail(usage_error(fmt::format("the statement has a ; at column {}", token.begin + 1), "give one statement, without it"));
    }
    DAVIT_TRY_ASSIGN(token, tokens.next());
  }
  if (out.table.empty()) {
    return fail(usage_error("the statement names no table", "such as SELECT * FROM products"));
  }
  out.text += text.substr(copied);
  return out;
}

}  // namespace davit::commands::item
