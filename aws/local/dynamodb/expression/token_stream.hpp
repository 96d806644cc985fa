// SPDX-License-Identifier: Apache-2.0
#pragma once

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
  explicit TokenStream(std::string_view text) : m_text(text), m_tokens(tokenize(text)) {}

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  const Token& take() { return m_tokens[m_position == m_tokens.size() - 1 ? m_position : m_position++]; }

  [[nodiscard]] bool at_symbol(std::string_view symbol) const;
  [[nodiscard]] bool at_keyword(std::string_view upper_case) const { return is_keyword(peek(), upper_case); }
  [[nodiscard]] bool at_end() const { return peek().kind == Token::Kind::end; }
  bool skip_symbol(std::string_view symbol);
  bool skip_keyword(std::string_view upper_case);

  /// Names the token at hand: `Syntax error; token: "=", near: "a = :"`.
  [[nodiscard]] tl::unexpected<std::string> syntax_error() const;

  Parsed<Path> path();

private:
  std::string_view m_text;
  std::vector<Token> m_tokens;
  std::size_t m_position = 0;
};

/// Refuses an empty or oversized expression.
Parsed<void> check_length(std::string_view text);

}  // namespace davit::aws::local::dynamodb
