// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/update_size.hpp"
#include "aws/local/dynamodb/write_action.hpp"

namespace davit::aws::local::dynamodb {
namespace {

/// What can be told without the table. The error is a complaint.
tl::expected<WriteAction, std::string> read_update(const Json& input)
{
  if (auto complaint = mixing_complaint(
          input, {{"UpdateExpression", "ConditionExpression"}, {"AttributeUpdates", "Expected", "ConditionalOperator"}, false})) {
    return tl::unexpected(std::move(*complaint));
  }
  auto key = read_attributes(input.at("Key"));
  if (!key) {
    return tl::unexpected(std::move(key).error());
  }
  auto expressions = read_write_expressions(input);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  return WriteAction{WriteAction::Kind::update, std::move(*key), std::move(*expressions), tells_old(input)};
}

/// AttributeUpdates have a complaint of their own.
Refusal in_older_words(const Json& input, Refusal refusal)
{
  if (member_of(input, "AttributeUpdates") != nullptr && refusal.message.find("incorrect data type") != std::string::npos) {
    refusal.message = "Type mismatch for attribute to update";
  }
  return refusal;
}

/// The Attributes member that ReturnValues asks for; empty for none.
std::string returned(const std::string& wanted, const UpdateExpression& update, const Written& written)
{
  const std::optional<Item>& shown = wanted.ends_with("_OLD") ? written.before : written.after;
  if (wanted.empty() || wanted == "NONE" || !shown) {
    return {};
  }
  if (wanted.starts_with("ALL_")) {
    return aws::dynamodb::to_json_text(*shown);
  }
  std::vector<Path> paths;
  for (const UpdateAction& action : update.actions) {
    paths.push_back(action.path);
  }
  const Item updated = project(*shown, paths);
  return updated.empty() ? std::string() : aws::dynamodb::to_json_text(updated);
}

}  // namespace

Outcome<std::string> update_item(Engine& engine, const Call& call)
{
  const auto action = read_update(call.input);
  if (!action) {
    return write_refusal(call.input, action.error());
  }
  // Before the table is looked up, so that it cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(const TablePtr table, usable_table(engine, call.caller, text_member(call.input, "TableName")));
  DAVIT_REFUSE_IF(write_complaint(*action, *table));
  const UpdateExpression update = action->expressions.update.value_or(UpdateExpression());
  if (member_of(call.input, "UpdateExpression") != nullptr) {
    DAVIT_REFUSE_IF(update_size_complaint(update));
  }
  const auto written = carry_out(*transaction, *table, *action);
  if (!written) {
    return tl::unexpected(in_older_words(call.input, written.error()));
  }
  DAVIT_STORED(transaction.commit());
  return write_answer(call.input, *table, action->item, written->capacity,
                      returned(text_member(call.input, "ReturnValues"), update, *written));
}

}  // namespace davit::aws::local::dynamodb
