// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/operations.hpp"

namespace davit::aws::local::dynamodb {
namespace {

struct DeleteRequest {
  Item key;
  Expressions expressions;
};

/// What can be told without the table. The error is a complaint.
tl::expected<DeleteRequest, std::string> read_delete(const Json& input)
{
  if (auto complaint = mixing_complaint(input, {{"ConditionExpression"}, {"Expected", "ConditionalOperator"}, false})) {
    return tl::unexpected(std::move(*complaint));
  }
  auto key = read_attributes(input.at("Key"));
  if (!key) {
    return tl::unexpected(std::move(key).error());
  }
  if (const std::string wanted = text_member(input, "ReturnValues"); !wanted.empty() && wanted != "ALL_OLD" && wanted != "NONE") {
    return tl::unexpected(std::string("ReturnValues can only be ALL_OLD or NONE"));
  }
  auto expressions = read_write_expressions(input);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  return DeleteRequest{std::move(*key), std::move(*expressions)};
}

}  // namespace

Outcome<std::string> delete_item(Engine& engine, const Call& call)
{
  auto request = read_delete(call.input);
  if (!request) {
    return write_refusal(call.input, request.error());
  }
  // Before the table is looked up, so that it cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(const TablePtr table, usable_table(engine, call.caller, text_member(call.input, "TableName")));
  DAVIT_REFUSE_IF(refusal_of_key(request->key, table->key()));
  const auto& condition = request->expressions.condition;
  if (condition) {
    DAVIT_REFUSE_IF(nested_key_complaint(*condition, *table));
  }
  DAVIT_ANSWER_ASSIGN(const auto before, current_item(*transaction, *table, request->key));
  if (condition && !holds(*condition, before.value_or(Item()))) {
    return condition_failed(call.input, before);
  }
  DAVIT_STORED_ASSIGN(const Capacity capacity, replace_item(*transaction, *table, before, std::nullopt));
  DAVIT_STORED(transaction.commit());
  const bool wants_old = before && text_member(call.input, "ReturnValues") == "ALL_OLD";
  return write_answer(call.input, *table, request->key, capacity, wants_old ? aws::dynamodb::to_json_text(*before) : "");
}

}  // namespace davit::aws::local::dynamodb
