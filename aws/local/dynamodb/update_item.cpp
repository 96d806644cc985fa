// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/item_checks.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/update_size.hpp"

namespace davit::aws::local::dynamodb {
namespace {

struct UpdateRequest {
  Item key;
  Expressions expressions;
};

/// What can be told without the table. The error is a complaint.
tl::expected<UpdateRequest, std::string> read_update(const Json& input)
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
  return UpdateRequest{std::move(*key), std::move(*expressions)};
}

/// Taking away from an item that is not there makes none, and no path into it is wrong.
bool only_removes(const UpdateExpression& update)
{
  const auto removes = [](const UpdateAction& action) {
    return action.kind == UpdateAction::Kind::remove || action.kind == UpdateAction::Kind::erase;
  };
  return !update.actions.empty() && std::all_of(update.actions.begin(), update.actions.end(), removes);
}

Complaint key_update_complaint(const UpdateExpression& update, const Table& table)
{
  for (const KeyAttribute& attribute : table.key().attributes()) {
    const bool is_target = std::any_of(update.actions.begin(), update.actions.end(),
                                       [&](const UpdateAction& action) { return action.path[0] == PathElement(attribute.name); });
    if (is_target) {
      return fmt::format("One or more parameter values were invalid: Cannot update attribute {}. This attribute is part of the key",
                         attribute.name);
    }
  }
  return std::nullopt;
}

/// AttributeUpdates have a complaint of their own.
std::string in_older_words(const Json& input, std::string complaint)
{
  const bool is_older = member_of(input, "AttributeUpdates") != nullptr && complaint.find("incorrect data type") != std::string::npos;
  return is_older ? "Type mismatch for attribute to update" : complaint;
}

/// The Attributes member that ReturnValues asks for; empty for none.
std::string returned(const std::string& wanted, const UpdateExpression& update, const std::optional<Item>& before, const Item& after)
{
  const bool is_old = wanted.ends_with("_OLD");
  if (wanted.empty() || wanted == "NONE" || (is_old && !before)) {
    return {};
  }
  const Item& shown = is_old ? *before : after;
  if (wanted.starts_with("ALL_")) {
    return aws::dynamodb::to_json_text(shown);
  }
  std::vector<Path> paths;
  for (const UpdateAction& action : update.actions) {
    paths.push_back(action.path);
  }
  const Item updated = project(shown, paths);
  return updated.empty() ? std::string() : aws::dynamodb::to_json_text(updated);
}

}  // namespace

Outcome<std::string> update_item(Engine& engine, const Call& call)
{
  auto request = read_update(call.input);
  if (!request) {
    return write_refusal(call.input, request.error());
  }
  // Before the table is looked up, so that it cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(const TablePtr table, usable_table(engine, call.caller, text_member(call.input, "TableName")));
  DAVIT_REFUSE_IF(refusal_of_key(request->key, table->key()));
  const UpdateExpression update = request->expressions.update.value_or(UpdateExpression());
  DAVIT_REFUSE_IF(key_update_complaint(update, *table));
  DAVIT_REFUSE_IF(index_key_complaint(update, *table));
  DAVIT_REFUSE_IF(nested_key_complaint(update, *table));
  const auto& condition = request->expressions.condition;
  if (condition) {
    DAVIT_REFUSE_IF(nested_key_complaint(*condition, *table));
  }
  if (member_of(call.input, "UpdateExpression") != nullptr) {
    DAVIT_REFUSE_IF(update_size_complaint(update));
  }
  DAVIT_ANSWER_ASSIGN(const auto before, current_item(*transaction, *table, request->key));
  if (condition && !holds(*condition, before.value_or(Item()))) {
    return condition_failed(call.input, before);
  }
  if (!before && only_removes(update)) {
    return write_answer(call.input, *table, request->key, Capacity{.table = 1}, "");
  }
  Item after = before.value_or(request->key);
  if (auto applied = apply_update(update, after); !applied) {
    return validation_error(in_older_words(call.input, std::move(applied).error()));
  }
  DAVIT_REFUSE_IF(index_key_complaint(after, *table, WrittenBy::update));
  DAVIT_REFUSE_IF(nesting_complaint(after));
  DAVIT_REFUSE_IF(updated_size_complaint(after));
  DAVIT_STORED_ASSIGN(const Capacity capacity, replace_item(*transaction, *table, before, after));
  DAVIT_STORED(transaction.commit());
  return write_answer(call.input, *table, request->key, capacity, returned(text_member(call.input, "ReturnValues"), update, before, after));
}

}  // namespace davit::aws::local::dynamodb
