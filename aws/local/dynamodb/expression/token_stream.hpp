// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/local/dynamodb/expression/lexer.hpp"
#include "aws/local/dynamodb/expression/parser.hpp"

namespace davit::aws::local::dynamodb {

/// The tokens of one expression and what all three grammars read from them.
class TokenStream
{
public:
  /// Its keywords are no names, where those of another grammar are.
  TokenStream(std::string_view text, std::span<const std::string_view> keywords)
      : m_text(text), m_keywords(keywords), m_tokens(tokenize(text))
  {
  }

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  const Token& take() { return m_tokens[m_position == m_tokens.size() - 1 ? m_position : m_position++]; }

  [[nodiscard]] bool at_symbol(std::string_view symbol) const;
  [[nodiscard]] bool at_keyword(std::string_view upper_case) const { return is_keyword(peek(), upper_case); }
  [[nodiscard]] bool at_end() const { return peek().kind == Token::Kind::end; }
  /// A name with an opening parenthesis behind it.
  [[nodiscard]] bool at_call() const { return at_word() && peek(1).text == "("; }
  bool skip_symbol(std::string_view symbol);
  bool skip_keyword(std::string_view upper_case);

  /// Names the token at hand: `Syntax error; token: "=", near: "a = :"`.
  [[nodiscard]] tl::unexpected<std::string> syntax_error() const;

  Parsed<Path> path();

private:
  [[nodiscard]] bool at_word() const;

  std::string_view m_text;
  std::span<const std::string_view> m_keywords;
  std::vector<Token> m_tokens;
  std::size_t m_position = 0;
};

/// Operators and functions, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
constexpr int k_max_operators = 300;

/// The service counts no further than to the first that is too many.
tl::unexpected<std::string> too_many_operators();

/// Refuses an empty or oversized expression.
enum class TellSize { yes, no };
Parsed<void> check_length(std::string_view text, TellSize tell = TellSize::yes);

}  // namespace davit::aws::local::dynamodb
