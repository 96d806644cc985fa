// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/partiql/term_parser.hpp"

#include <array>

namespace davit::aws::local::dynamodb::partiql {
namespace {

using Kind = StatementToken::Kind;

constexpr int k_max_depth = 100;
constexpr int k_max_statement_operators = 300;

// The names that IS takes for types. DynamoDB tests for few of them.
constexpr std::array<std::string_view, 30> k_type_names{"BAG",      "BLOB",    "BOOL",   "BOOLEAN", "CHAR",  "CHARACTER", "CLOB", "DATE",
                                                        "DEC",      "DECIMAL", "DOUBLE", "FLOAT",   "INT",   "INT2",      "INT4", "INT8",
                                                        "ANY",      "INTEGER", "LIST",   "MISSING", "NULL",  "NUMERIC",   "REAL", "SEXP",
                                                        "SMALLINT", "STRING",  "STRUCT", "SYMBOL",  "TUPLE", "VARCHAR"};

std::string upper_case(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

Term joined(Term::Kind kind, std::vector<Term> arguments)
{
  if (arguments.size() == 1) {
    return std::move(arguments.front());
  }
  const Place place = arguments.front().place;
  return {.kind = kind, .arguments = std::move(arguments), .place = place};
}

Term binary(std::string operation, Term left, Term right, Place place)
{
  Term out{.kind = Term::Kind::binary, .text = std::move(operation), .place = place};
  out.arguments.push_back(std::move(left));
  out.arguments.push_back(std::move(right));
  return out;
}

Term negated(Term condition)
{
  const Place place = condition.place;
  Term out{.kind = Term::Kind::none_of, .place = place};
  out.arguments.push_back(std::move(condition));
  return out;
}

bool is_comparator(const StatementToken& token)
{
  constexpr std::array<std::string_view, 7> k_comparators{"=", "<>", "!=", "<", "<=", ">", ">="};
  return token.kind == Kind::symbol && std::find(k_comparators.begin(), k_comparators.end(), token.text) != k_comparators.end();
}

/// Goes one level deeper for as long as it lives.
class Level
{
public:
  explicit Level(int& depth) : m_depth(depth) { ++m_depth; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  ~Level() { --m_depth; }
  [[nodiscard]] bool is_too_deep() const { return m_depth > k_max_depth; }

private:
  int& m_depth;
};

}  // namespace

const StatementToken& TermParser::take()
{
  const StatementToken& token = peek();
  m_position = std::min(m_position + 1, m_tokens.size() - 1);
  return token;
}

bool TermParser::at_word(std::string_view upper, std::size_t ahead) const
{
  return peek(ahead).kind == Kind::word && is_same_word(peek(ahead).text, upper);
}

bool TermParser::at_symbol(std::string_view symbol, std::size_t ahead) const
{
  return peek(ahead).kind == Kind::symbol && peek(ahead).text == symbol;
}

bool TermParser::at_name() const
{
  return peek().kind == Kind::quoted || (peek().kind == Kind::word && !is_statement_keyword(peek().text));
}

bool TermParser::skip_word(std::string_view upper)
{
  const bool is_here = at_word(upper);
  if (is_here) {
    take();
  }
  return is_here;
}

bool TermParser::skip_symbol(std::string_view symbol)
{
  const bool is_here = at_symbol(symbol);
  if (is_here) {
    take();
  }
  return is_here;
}

Read<Term> TermParser::term()
{
  const Level level(m_depth);
  return level.is_too_deep() ? malformed("") : any_of();
}

Read<Term> TermParser::operand_of(Read<Term> (TermParser::*parse)())
{
  if (at_end()) {
    return malformed("Missing right-hand side expression of infix operator");
  }
  if (++m_operators > k_max_statement_operators) {
    return malformed("");
  }
  return (this->*parse)();
}

Read<Term> TermParser::any_of()
{
  std::vector<Term> operands;
  auto operand = all_of();
  while (operand) {
    operands.push_back(std::move(*operand));
    if (!skip_word("OR")) {
      return joined(Term::Kind::any_of, std::move(operands));
    }
    operand = operand_of(&TermParser::all_of);
  }
  return operand;
}

Read<Term> TermParser::all_of()
{
  std::vector<Term> operands;
  auto operand = none_of();
  while (operand) {
    operands.push_back(std::move(*operand));
    if (!skip_word("AND")) {
      return joined(Term::Kind::all_of, std::move(operands));
    }
    operand = operand_of(&TermParser::none_of);
  }
  return operand;
}

Read<Term> TermParser::none_of()
{
  const Level level(m_depth);
  if (level.is_too_deep()) {
    return malformed("");
  }
  if (!skip_word("NOT")) {
    return comparison();
  }
  auto operand = none_of();
  return operand ? Read<Term>(negated(std::move(*operand))) : operand;
}

Read<Term> TermParser::comparison()
{
  auto left = sum();
  while (left) {
    const bool is_relation = is_comparator(peek()) || at_word("IS") || at_word("LIKE") || at_word("IN") || at_word("BETWEEN") ||
                             (at_word("NOT") && (at_word("IN", 1) || at_word("BETWEEN", 1) || at_word("LIKE", 1)));
    if (!is_relation) {
      return left;
    }
    left = relation(std::move(*left));
  }
  return left;
}

Read<Term> TermParser::relation(Term left)
{
  if (at_word("IS")) {
    return is_type(std::move(left));
  }
  if (!is_comparator(peek())) {
    return negatable(std::move(left));
  }
  const StatementToken operation = take();
  auto right = operand_of(&TermParser::sum);
  if (!right) {
    return right;
  }
  return binary(operation.text == "!=" ? "<>" : operation.text, std::move(left), std::move(*right), operation.place);
}

Read<Term> TermParser::is_type(Term left)
{
  const Place place = take().place;
  const bool is_negated = skip_word("NOT");
  const std::string name = upper_case(peek().text);
  if (peek().kind != Kind::word || std::find(k_type_names.begin(), k_type_names.end(), name) == k_type_names.end()) {
    return malformed("Expected type name");
  }
  take();
  if ((name == "DOUBLE" && at_word("PRECISION")) || (name == "CHARACTER" && at_word("VARYING"))) {
    take();
  }
  Term out{.kind = Term::Kind::is_type, .text = name, .place = place};
  out.arguments.push_back(std::move(left));
  return is_negated ? negated(std::move(out)) : out;
}

/// IN, BETWEEN and LIKE, each perhaps behind NOT.
Read<Term> TermParser::negatable(Term left)
{
  const bool is_negated = skip_word("NOT");
  const StatementToken operation = take();
  Read<Term> out;
  if (is_same_word(operation.text, "BETWEEN")) {
    out = between(std::move(left), operation.place);
  } else {
    auto right = operand_of(&TermParser::sum);
    if (!right) {
      return right;
    }
    out = binary(lower_case(operation.text), std::move(left), std::move(*right), operation.place);
    out->kind = out->text == "in" ? Term::Kind::in : Term::Kind::binary;
  }
  return out && is_negated ? Read<Term>(negated(std::move(*out))) : out;
}

Read<Term> TermParser::between(Term left, Place place)
{
  Term out{.kind = Term::Kind::between, .place = place};
  out.arguments.push_back(std::move(left));
  auto lower = operand_of(&TermParser::sum);
  if (!lower) {
    return lower;
  }
  if (!skip_word("AND")) {
    return malformed("Expected expression after AND");
  }
  auto upper = operand_of(&TermParser::sum);
  if (!upper) {
    return upper;
  }
  out.arguments.push_back(std::move(*lower));
  out.arguments.push_back(std::move(*upper));
  return out;
}

Read<Term> TermParser::sum()
{
  auto left = product();
  while (left && (at_symbol("+") || at_symbol("-") || at_symbol("||"))) {
    const StatementToken operation = take();
    auto right = operand_of(&TermParser::product);
    if (!right) {
      return right;
    }
    left = binary(operation.text, std::move(*left), std::move(*right), operation.place);
  }
  return left;
}

Read<Term> TermParser::product()
{
  auto left = signed_term();
  while (left && (at_symbol("*") || at_symbol("/") || at_symbol("%"))) {
    const StatementToken operation = take();
    auto right = operand_of(&TermParser::signed_term);
    if (!right) {
      return right;
    }
    left = binary(operation.text, std::move(*left), std::move(*right), operation.place);
  }
  return left;
}

Read<Term> TermParser::signed_term()
{
  if (!at_symbol("-") && !at_symbol("+")) {
    return primary();
  }
  const StatementToken sign = take();
  const Level level(m_depth);
  if (level.is_too_deep()) {
    return malformed("");
  }
  auto operand = signed_term();
  if (!operand) {
    return operand;
  }
  if (operand->kind == Term::Kind::number && operand->text[0] != '-') {
    operand->text = sign.text == "-" ? "-" + operand->text : operand->text;
    operand->place = {sign.place.line, sign.place.column, operand->place.length + 1};
    return operand;
  }
  Term out{.kind = Term::Kind::negation, .text = sign.text, .place = sign.place};
  out.arguments.push_back(std::move(*operand));
  return out;
}

}  // namespace davit::aws::local::dynamodb::partiql
