// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/partiql/term_parser.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// Reads one statement. What parses and is not carried out becomes the statement's refusal: the first counts, and the rest is parsed all
/// the same, for what cannot be parsed is told before it.
class StatementParser
{
public:
  explicit StatementParser(std::vector<StatementToken> tokens) : m_terms(std::move(tokens)) {}

  Read<Statement> run();

private:
  Read<void> statement();
  /// What is no statement of DynamoDB: of an expression it names the kind.
  Read<void> other();
  Read<void> drain();
  Read<void> exists();
  Read<void> select();
  Read<void> projection();
  Read<void> projected();
  bool skip_alias();
  Read<void> source_of_select();
  /// More tables than one.
  Read<void> joins();
  /// table, "table"."index"; and an alias, which is refused.
  Read<void> source();
  Read<void> where();
  Read<void> unsupported_clauses();
  Read<void> order();
  Read<void> limit();
  Read<void> insert();
  Read<void> insert_of_many();
  Read<void> update();
  /// FROM table WHERE condition SET ...
  Read<void> update_behind_from();
  Read<void> assignments();
  Read<void> set();
  Read<void> remove();
  Read<void> erase();
  Read<void> returning();
  void refuse_returning();
  void refuse(std::string refusal);

  TermParser m_terms;
  Statement m_statement;
};

}  // namespace davit::aws::local::dynamodb::partiql
