// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/write_action.hpp"

#include <fmt/format.h>

#include "aws/local/dynamodb/item_checks.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/update_size.hpp"

namespace davit::aws::local::dynamodb {
namespace {

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

Complaint update_complaint(const UpdateExpression& update, const Table& table)
{
  if (auto complaint = key_update_complaint(update, table)) {
    return complaint;
  }
  if (auto complaint = index_key_complaint(update, table)) {
    return complaint;
  }
  return nested_key_complaint(update, table);
}

Complaint put_complaint(const Item& item, const Table& table)
{
  auto complaint = refusal_of_item(item, table.key());
  return complaint ? complaint : index_key_complaint(item, table, WrittenBy::put);
}

/// The item as the update leaves it; nothing where there was none and the update makes none.
Outcome<std::optional<Item>> updated(const WriteAction& action, const Table& table, const std::optional<Item>& before)
{
  const UpdateExpression none;
  const UpdateExpression& update = action.expressions.update ? *action.expressions.update : none;
  if (!before && only_removes(update)) {
    return std::nullopt;
  }
  Item after = before.value_or(action.item);
  if (auto applied = apply_update(update, after); !applied) {
    return validation_error(std::move(applied).error());
  }
  DAVIT_REFUSE_IF(index_key_complaint(after, table, WrittenBy::update));
  DAVIT_REFUSE_IF(nesting_complaint(after));
  DAVIT_REFUSE_IF(updated_size_complaint(after));
  return after;
}

Outcome<std::optional<Item>> after_action(const WriteAction& action, const Table& table, const std::optional<Item>& before)
{
  switch (action.kind) {
    case WriteAction::Kind::put:
    case WriteAction::Kind::insert:
      return action.item;
    case WriteAction::Kind::update:
      return updated(action, table, before);
    case WriteAction::Kind::erase:
      return std::nullopt;
    case WriteAction::Kind::check:
      return before;
  }
  return before;
}

/// A check writes nothing, and costs what a write of the item would.
Capacity capacity_of_check(const std::optional<StoredItem>& stored)
{
  return {.table = write_units(stored ? stored->size : 0)};
}

}  // namespace

Complaint write_complaint(const WriteAction& action, const Table& table)
{
  auto complaint = action.has_whole_item() ? put_complaint(action.item, table) : refusal_of_key(action.item, table.key());
  const Expressions& expressions = action.expressions;
  if (!complaint && expressions.update) {
    complaint = update_complaint(*expressions.update, table);
  }
  if (!complaint && expressions.condition) {
    complaint = nested_key_complaint(*expressions.condition, table);
  }
  return complaint;
}

Outcome<Written> carry_out(store::Connection& connection, const Table& table, const WriteAction& action)
{
  DAVIT_STORED_ASSIGN(const auto stored, read_item(connection, table, action.item));
  Written written{.before = stored ? std::optional(stored->item()) : std::nullopt, .after = {}, .capacity = {}};
  if (action.kind == WriteAction::Kind::insert && stored) {
    return tl::unexpected(Refusal(Fault{"DuplicateItemException", "Duplicate primary key exists in table"}));
  }
  const auto& condition = action.expressions.condition;
  if (condition && !holds(*condition, written.before.value_or(Item()))) {
    return condition_failed(action.tells_old ? written.before : std::nullopt);
  }
  DAVIT_ANSWER_ASSIGN(written.after, after_action(action, table, written.before));
  if (action.kind == WriteAction::Kind::check) {
    written.capacity = capacity_of_check(stored);
    return written;
  }
  DAVIT_STORED_ASSIGN(written.capacity, replace_item(connection, table, written.before, written.after));
  return written;
}

}  // namespace davit::aws::local::dynamodb
