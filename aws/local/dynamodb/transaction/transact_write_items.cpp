// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "aws/dynamodb/item_size.hpp"
#include "aws/local/dynamodb/item_checks.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/transaction/request_tokens.hpp"
#include "aws/local/dynamodb/transaction/write_transaction.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using Kind = WriteAction::Kind;

struct ActionMember {
  const char* name;
  Kind kind;
};

constexpr std::array<ActionMember, 4> k_action_members{
    {{"ConditionCheck", Kind::check}, {"Put", Kind::put}, {"Delete", Kind::erase}, {"Update", Kind::update}}};

/// The one member that a TransactWriteItem has. The error is a complaint.
tl::expected<ActionMember, std::string> action_member_of(const Json& transact_item)
{
  std::vector<ActionMember> present;
  std::copy_if(k_action_members.begin(), k_action_members.end(), std::back_inserter(present),
               [&](const ActionMember& member) { return member_of(transact_item, member.name) != nullptr; });
  if (present.empty()) {
    return tl::unexpected(std::string("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"));
  }
  if (present.size() > 1) {
    return tl::unexpected(std::string("TransactItems can only contain one of Check, Put, Update or Delete"));
  }
  return present.front();
}

const ExpressionMembers& members_of(Kind kind)
{
  static const ExpressionMembers k_update{{"UpdateExpression", "ConditionExpression"}, {}, false};
  static const ExpressionMembers k_other{{"ConditionExpression"}, {}, false};
  return kind == Kind::update ? k_update : k_other;
}

/// What can be told of one action without its table. The error is a complaint.
tl::expected<TransactedAction, std::string> read_action(const Json& transact_item)
{
  const auto member = action_member_of(transact_item);
  if (!member) {
    return tl::unexpected(member.error());
  }
  const Json& input = transact_item.at(member->name);
  if (auto complaint = mixing_complaint(input, members_of(member->kind))) {
    return tl::unexpected(std::move(*complaint));
  }
  auto item = read_attributes(input.at(member->kind == Kind::put ? "Item" : "Key"), ValueWords::older);
  if (!item) {
    return tl::unexpected(std::move(item).error());
  }
  if (auto complaint = member->kind == Kind::put ? size_complaint(*item) : std::nullopt) {
    return tl::unexpected(std::move(*complaint));
  }
  auto expressions = read_expressions(input, ValuePlaceholders::named);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  return TransactedAction{.table_name = text_member(input, "TableName"),
                          .action = {member->kind, std::move(*item), std::move(*expressions), tells_old(input)}};
}

/// All actions, and together no more than a transaction may carry. The error is a complaint.
tl::expected<std::vector<TransactedAction>, std::string> read_actions(const Json& input)
{
  std::vector<TransactedAction> actions;
  std::size_t bytes = 0;
  for (const Json& transact_item : input.at("TransactItems")) {
    auto action = read_action(transact_item);
    if (!action) {
      return tl::unexpected(std::move(action).error());
    }
    bytes += aws::dynamodb::item_size(action->action.item);
    actions.push_back(std::move(*action));
  }
  if (auto complaint = transaction_size_complaint(bytes)) {
    return tl::unexpected(std::move(*complaint));
  }
  return actions;
}

/// The metrics of each partition that was written to, by table.
std::string transaction_metrics(const Json& input, const std::vector<TransactedAction>& actions)
{
  std::map<std::string, std::set<std::string>> by_table;
  for (const auto& [name, action, table] : actions) {
    const std::string metrics = action.kind == Kind::check ? std::string() : collection_metrics(input, *table, action.item);
    if (!metrics.empty()) {
      by_table[table->name()].insert(metrics);
    }
  }
  std::string out;
  for (const auto& [name, metrics] : by_table) {
    append_member(out, name, fmt::format("[{}]", fmt::join(metrics, ",")));
  }
  return out.empty() ? out : out + "}";
}

std::string transaction_answer(const Json& input, const std::vector<TransactedAction>& actions, const std::vector<Written>& written)
{
  std::string answer = "{";
  if (const auto detail = detail_of(input); detail != Capacity::Detail::none) {
    TransactionCapacity capacity;
    for (std::size_t i = 0; i < actions.size(); ++i) {
      capacity.add(actions[i].table, written[i].capacity);
    }
    append_member(answer, "ConsumedCapacity", capacity.to_json(detail, Capacity::Kind::write));
  }
  if (const std::string metrics = transaction_metrics(input, actions); !metrics.empty()) {
    append_member(answer, "ItemCollectionMetrics", metrics);
  }
  return answer + "}";
}

/// Of a request that was carried out before: it only read the items.
Outcome<std::string> repeated_answer(store::Connection& connection, const Json& input, const std::vector<TransactedAction>& actions)
{
  const auto detail = detail_of(input);
  if (detail == Capacity::Detail::none) {
    return "{}";
  }
  TransactionCapacity capacity;
  for (const auto& [name, action, table] : actions) {
    DAVIT_STORED_ASSIGN(const auto stored, read_item(connection, *table, action.item));
    capacity.add(table, {.table = read_units(stored ? stored->size : 1, true)});
  }
  std::string answer = "{";
  append_member(answer, "ConsumedCapacity", capacity.to_json(detail, Capacity::Kind::read));
  return answer + "}";
}

}  // namespace

Outcome<std::string> transact_write_items(Engine& engine, const Call& call)
{
  auto actions = read_actions(call.input);
  if (!actions) {
    return validation_error(std::move(actions).error());
  }
  // Before the tables are looked up, so that they cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_OUTCOME(prepare(engine, call.caller, *actions));
  DAVIT_ANSWER_ASSIGN(const TokenUse use, use_token(*transaction, call.caller, text_member(call.input, "ClientRequestToken"),
                                                    dump_json(call.input.at("TransactItems")), engine.catalog.now()));
  if (use == TokenUse::repeated) {
    return repeated_answer(*transaction, call.input, *actions);
  }
  DAVIT_ANSWER_ASSIGN(const auto written, carry_out_all(*transaction, *actions));
  DAVIT_STORED(transaction.commit());
  return transaction_answer(call.input, *actions, written);
}

}  // namespace davit::aws::local::dynamodb
