// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/partiql/statement.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// The tokens of one statement, and its expressions.
class TermParser
{
public:
  explicit TermParser(std::vector<StatementToken> tokens) : m_tokens(std::move(tokens)) {}

  [[nodiscard]] const StatementToken& peek(std::size_t ahead = 0) const
  {
    return m_tokens[std::min(m_position + ahead, m_tokens.size() - 1)];
  }
  const StatementToken& take();
  [[nodiscard]] bool at_end() const { return peek().kind == StatementToken::Kind::end; }
  [[nodiscard]] bool at_word(std::string_view upper_case, std::size_t ahead = 0) const;
  [[nodiscard]] bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const;
  /// A name that is no keyword, or one in quotation marks.
  [[nodiscard]] bool at_name() const;
  bool skip_word(std::string_view upper_case);
  bool skip_symbol(std::string_view symbol);

  /// A condition or a value. Depth and number of operators are bounded, so that no statement exhausts the stack.
  Read<Term> term();
  /// A name and what follows it: `.name`, `[1]`.
  Read<Path> path();

  /// How many parameters were read so far.
  [[nodiscard]] std::size_t parameters() const { return m_parameters; }

private:
  Read<Term> any_of();
  Read<Term> all_of();
  Read<Term> none_of();
  Read<Term> comparison();
  Read<Term> relation(Term left);
  Read<Term> is_type(Term left);
  Read<Term> negatable(Term left);
  Read<Term> between(Term left, Place place);
  Read<Term> sum();
  Read<Term> product();
  Read<Term> signed_term();
  Read<Term> primary();
  Read<Term> call();
  Read<Term> group();
  Read<Term> tuple();
  Read<Term> elements(Term::Kind kind, std::string_view close);
  Read<Term> operand_of(Read<Term> (TermParser::*parse)());
  [[nodiscard]] tl::unexpected<std::string> unexpected_term() const;

  std::vector<StatementToken> m_tokens;
  std::size_t m_position = 0;
  std::size_t m_parameters = 0;
  int m_depth = 0;
  int m_operators = 0;
};

}  // namespace davit::aws::local::dynamodb::partiql
