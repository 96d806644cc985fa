// SPDX-License-Identifier: Apache-2.0
// What expressions are made of: literals, names, calls and brackets.
#include <array>
#include <limits>

#include "aws/local/dynamodb/partiql/term_parser.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

using PrimaryKind = StatementToken::Kind;

/// Operators that begin no term.
bool is_infix(const StatementToken& token)
{
  constexpr std::array<std::string_view, 6> k_words{"IS", "LIKE", "IN", "BETWEEN", "AND", "OR"};
  constexpr std::string_view k_no_operators = ".,:()[]{}@";
  return (token.kind == PrimaryKind::word &&
          std::any_of(k_words.begin(), k_words.end(), [&](std::string_view word) { return is_same_word(token.text, word); })) ||
         (token.kind == PrimaryKind::symbol && k_no_operators.find(token.text) == std::string_view::npos && token.text != "<<" &&
          token.text != ">>");
}

}  // namespace

tl::unexpected<std::string> TermParser::unexpected_term() const
{
  if (is_infix(peek())) {
    return malformed("Unexpected operator");
  }
  return malformed(peek().kind == PrimaryKind::word && is_statement_keyword(peek().text) ? "Unexpected keyword" : "Unexpected term");
}

Read<Term> TermParser::primary()
{
  const StatementToken& token = peek();
  const Place place = token.place;
  const auto literal = [&](AttributeValue value) -> Term {
    take();
    return {.kind = Term::Kind::literal, .value = std::move(value), .place = place};
  };
  if (token.kind == PrimaryKind::string) {
    return literal(std::string(token.text));
  }
  if (token.kind == PrimaryKind::number || token.kind == PrimaryKind::ion) {
    return Term{.kind = token.kind == PrimaryKind::ion ? Term::Kind::ion : Term::Kind::number, .text = take().text, .place = place};
  }
  if (token.kind == PrimaryKind::parameter) {
    take();
    return Term{.kind = Term::Kind::parameter, .index = m_parameters++, .place = place};
  }
  if (token.kind == PrimaryKind::word && at_symbol("(", 1)) {
    return call();
  }
  if (at_word("TRUE") || at_word("FALSE")) {
    return literal(AttributeValue(at_word("TRUE")));
  }
  if (at_word("NULL")) {
    return literal(aws::dynamodb::Null());
  }
  if (skip_word("MISSING")) {
    return Term{.kind = Term::Kind::missing, .text = "MISSING", .place = place};
  }
  if (!at_name()) {
    return group();
  }
  auto path = this->path();
  if (!path) {
    return malformed(path.error());
  }
  return Term{.kind = Term::Kind::path, .path = std::move(*path), .place = place};
}

Read<Term> TermParser::call()
{
  const StatementToken name = take();
  take();
  auto arguments = elements(Term::Kind::call, ")");
  if (arguments) {
    arguments->text = lower_case(name.text);
    arguments->place = name.place;
  }
  return arguments;
}

/// What stands in brackets of some kind.
Read<Term> TermParser::group()
{
  const Place place = peek().place;
  Read<Term> out = unexpected_term();
  if (skip_symbol("(")) {
    out = elements(Term::Kind::sequence, ")");
    if (out && out->arguments.size() == 1) {
      return std::move(out->arguments.front());
    }
    if (out && out->arguments.empty()) {
      return malformed("Expression group cannot be empty");
    }
  } else if (skip_symbol("[")) {
    out = elements(Term::Kind::list, "]");
  } else if (skip_symbol("<<")) {
    out = elements(Term::Kind::bag, ">>");
  } else if (skip_symbol("{")) {
    out = tuple();
  }
  if (out) {
    out->place = place;
  }
  return out;
}

Read<Term> TermParser::elements(Term::Kind kind, std::string_view close)
{
  Term out{.kind = kind};
  if (skip_symbol(close)) {
    return out;
  }
  // count(*), which DynamoDB refuses by its name.
  if (kind == Term::Kind::call && at_symbol("*") && at_symbol(close, 1)) {
    take();
    take();
    return out;
  }
  do {
    auto element = term();
    if (!element) {
      return element;
    }
    out.arguments.push_back(std::move(*element));
  } while (skip_symbol(","));
  return skip_symbol(close) ? Read<Term>(std::move(out)) : malformed("Expected " + std::string(close));
}

Read<Term> TermParser::tuple()
{
  Term out{.kind = Term::Kind::tuple};
  if (skip_symbol("}")) {
    return out;
  }
  do {
    auto key = term();
    if (!key || !skip_symbol(":")) {
      return key ? Read<Term>(malformed("Expected :")) : key;
    }
    auto value = term();
    if (!value) {
      return value;
    }
    out.arguments.push_back(std::move(*key));
    out.arguments.push_back(std::move(*value));
  } while (skip_symbol(","));
  return skip_symbol("}") ? Read<Term>(std::move(out)) : malformed("Expected }");
}

Read<Path> TermParser::path()
{
  if (!at_name()) {
    return malformed("Expected identifier for simple path");
  }
  Path out{take().text};
  while (true) {
    if (skip_symbol(".")) {
      if (!at_name()) {
        return malformed("Invalid path dot component");
      }
      out.emplace_back(take().text);
    } else if (at_symbol("[")) {
      take();
      const std::string& index = peek().text;
      const bool is_name = peek().kind == PrimaryKind::string;
      const bool is_index = peek().kind == PrimaryKind::number && index.size() <= std::numeric_limits<std::uint32_t>::digits10 &&
                            index.find_first_not_of("0123456789") == std::string::npos;
      if (!is_name && !is_index) {
        return malformed("Invalid path component for simple path");
      }
      out.push_back(is_name ? PathElement(index) : PathElement(std::stoull(index)));
      take();
      if (!skip_symbol("]")) {
        return malformed("Expected ]");
      }
    } else {
      return out;
    }
  }
}

}  // namespace davit::aws::local::dynamodb::partiql
