// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "aws/local/dynamodb/expression/ast.hpp"
#include "aws/local/dynamodb/partiql/statement_token.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// One expression of a statement, as it is written. What may stand where is told when it is translated, for the service parses all of
/// PartiQL and refuses afterwards what it does not carry out.
struct Term {
  enum class Kind {
    path,       ///< `path`
    literal,    ///< string, true, false, null: `value`
    number,     ///< `text`, perhaps with a sign
    parameter,  ///< `index`, counted from 0
    missing,    ///< MISSING
    ion,        ///< `text`
    list,       ///< [a, b]
    sequence,   ///< (a, b)
    bag,        ///< <<a, b>>
    tuple,      ///< {'a': b}: keys and values in turn
    call,       ///< `text` is the function's name in lower case
    binary,     ///< `text` is the operator in lower case: = <> < <= > >= + - * / % || like
    negation,   ///< a minus or plus before what is no number
    is_type,    ///< `text` is the type's name in upper case
    in,         ///< what is looked for, and what in
    between,    ///< operand, lower, upper
    all_of,
    any_of,
    none_of,
  };
  Kind kind = Kind::path;
  std::string text;
  Path path;
  AttributeValue value;
  std::size_t index = 0;
  std::vector<Term> arguments;
  Place place;

  [[nodiscard]] bool is_condition() const { return kind >= Kind::is_type; }
};

struct Ordering {
  Term term;
  bool is_descending = false;
};

/// One SET of an UPDATE, or (without a value) one REMOVE.
struct Assignment {
  Path target;
  std::optional<Term> value;
};

/// RETURNING: "ALL OLD", "ALL NEW", "MODIFIED OLD" or "MODIFIED NEW".
struct Returning {
  std::string which;
  bool is_star = true;
};

struct Statement {
  enum class Kind { select, insert, update, erase, exists };
  Kind kind = Kind::select;
  std::vector<std::string> source;  ///< the table, and perhaps an index
  bool has_star = false;
  std::vector<Term> projection;  ///< of select; empty for *
  std::optional<Term> where;
  std::vector<Ordering> order;
  std::optional<Term> item;  ///< of insert
  std::vector<Assignment> assignments;
  std::vector<Returning> returning;
  std::size_t parameters = 0;          ///< how many question marks it has
  std::optional<std::string> refusal;  ///< what the service says of a statement that parses and that it does not carry out
};

/// What the service says of a statement that it cannot read or does not carry out, whatever the table.
tl::expected<Statement, std::string> parse_statement(std::string_view text);

}  // namespace davit::aws::local::dynamodb::partiql
