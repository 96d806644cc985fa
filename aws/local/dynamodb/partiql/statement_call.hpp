// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/partiql/translation.hpp"
#include "aws/local/dynamodb/write_action.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// A statement of a request, read and with the values of its question marks.
struct StatementCall {
  Statement statement;
  Parameters parameters;
  bool is_consistent = false;
  bool tells_old = false;  ///< a failed condition is answered with the item
  TablePtr table = nullptr;

  [[nodiscard]] bool reads() const { return statement.kind == Statement::Kind::select; }
};

/// Of the members Statement, Parameters, ConsistentRead and ReturnValuesOnConditionCheckFailure. The error is a complaint.
tl::expected<StatementCall, std::string> read_statement_call(const Json& input);

/// Finds the statement's table.
Outcome<void> find_table_of(Engine& engine, const Caller& caller, StatementCall& call);

/// The write that an INSERT, UPDATE or DELETE asks for, or the check of an EXISTS.
Outcome<WriteAction> write_action_of(const StatementCall& call);

/// The item (nothing for none, or for an empty one) that a RETURNING asks for.
std::optional<Item> returned_item(const StatementCall& call, const WriteAction& action, const Written& written);

/// The index that a SELECT reads; nullptr for the table.
Outcome<const Index*> index_of_select(const StatementCall& call, TimePoint now);

/// The condition of a SELECT.
tl::expected<std::optional<ConditionExpression>, std::string> select_condition(const StatementCall& call);

/// The attributes that a SELECT shows; nothing for all. The error is a complaint.
tl::expected<std::optional<ProjectionExpression>, std::string> select_projection(const StatementCall& call);

/// An item of a SELECT with its nested attributes where PartiQL puts them: beside the others, under their last name.
Item flattened(const Item& item, const ProjectionExpression& projection);

}  // namespace davit::aws::local::dynamodb::partiql
