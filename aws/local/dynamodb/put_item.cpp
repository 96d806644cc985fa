// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/item_checks.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/write_action.hpp"

namespace davit::aws::local::dynamodb {
namespace {

/// What can be told without the table. The error is a complaint.
tl::expected<WriteAction, std::string> read_put(const Json& input)
{
  if (auto complaint = mixing_complaint(input, {{"ConditionExpression"}, {"Expected", "ConditionalOperator"}, false})) {
    return tl::unexpected(std::move(*complaint));
  }
  auto item = read_attributes(input.at("Item"));
  if (!item) {
    return tl::unexpected(std::move(item).error());
  }
  if (const std::string wanted = text_member(input, "ReturnValues"); !wanted.empty() && wanted != "ALL_OLD" && wanted != "NONE") {
    return tl::unexpected(std::string("ReturnValues can only be ALL_OLD or NONE"));
  }
  if (auto complaint = size_complaint(*item)) {
    return tl::unexpected(std::move(*complaint));
  }
  auto expressions = read_write_expressions(input);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  return WriteAction{WriteAction::Kind::put, std::move(*item), std::move(*expressions), tells_old(input)};
}

}  // namespace

Outcome<std::string> put_item(Engine& engine, const Call& call)
{
  const auto action = read_put(call.input);
  if (!action) {
    return write_refusal(call.input, action.error());
  }
  // Before the table is looked up, so that it cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(const TablePtr table, usable_table(engine, call.caller, text_member(call.input, "TableName")));
  DAVIT_REFUSE_IF(write_complaint(*action, *table));
  const bool wants_old = text_member(call.input, "ReturnValues") == "ALL_OLD";
  if (!action->expressions.condition && !wants_old && table->indexes().empty()) {
    DAVIT_STORED_ASSIGN(const Capacity capacity, replace_unseen(*transaction, *table, action->item, action->item));
    DAVIT_STORED(transaction.commit());
    return write_answer(call.input, *table, action->item, capacity, "");
  }
  DAVIT_ANSWER_ASSIGN(const Written written, carry_out(*transaction, *table, *action));
  DAVIT_STORED(transaction.commit());
  return write_answer(call.input, *table, action->item, written.capacity, old_attributes(call.input, written.before));
}

}  // namespace davit::aws::local::dynamodb
