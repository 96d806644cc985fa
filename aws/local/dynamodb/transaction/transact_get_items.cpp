// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/row_key.hpp"
#include "aws/local/dynamodb/transaction/write_transaction.hpp"

namespace davit::aws::local::dynamodb {
namespace {

struct TransactedGet {
  std::string table_name;
  Item key;
  Expressions expressions;
  TablePtr table = nullptr;
};

/// What can be told of one get without its table. The error is a complaint.
tl::expected<TransactedGet, std::string> read_get(const Json& input)
{
  static const ExpressionMembers k_members{{"ProjectionExpression"}, {}};
  if (auto complaint = mixing_complaint(input, k_members)) {
    return tl::unexpected(std::move(*complaint));
  }
  auto key = read_attributes(input.at("Key"), ValueWords::older);
  if (!key) {
    return tl::unexpected(std::move(key).error());
  }
  auto expressions = read_expressions(input, ValuePlaceholders::ignored);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  return TransactedGet{.table_name = text_member(input, "TableName"), .key = std::move(*key), .expressions = std::move(*expressions)};
}

Complaint get_complaint(const TransactedGet& get)
{
  auto complaint = refusal_of_key(get.key, get.table->key());
  return !complaint && get.expressions.projection ? nested_key_complaint(*get.expressions.projection, *get.table) : complaint;
}

/// Finds the tables, and refuses what is refused before anything is read.
Outcome<void> prepare_gets(Engine& engine, const Caller& caller, std::vector<TransactedGet>& gets)
{
  for (TransactedGet& get : gets) {
    DAVIT_ANSWER_ASSIGN(get.table, usable_table(engine, caller, get.table_name));
  }
  Reasons reasons;
  bool is_cancelled = false;
  std::set<std::string> places;
  for (const TransactedGet& get : gets) {
    auto complaint = get_complaint(get);
    if (complaint && is_told_at_once(*complaint)) {
      return validation_error(std::move(*complaint));
    }
    if (!complaint && !places.insert(get.table->arn() + '\n' + row_key(get.key, get.table->key())).second) {
      return validation_error(std::string(k_one_operation_an_item));
    }
    is_cancelled = is_cancelled || complaint;
    reasons.push_back(complaint ? std::optional(validation_error(std::move(*complaint)).value()) : std::nullopt);
  }
  return is_cancelled ? Outcome<void>(tl::unexpected(cancelled(reasons))) : Outcome<void>();
}

std::string response_of(const TransactedGet& get, const std::optional<StoredItem>& stored)
{
  if (!stored) {
    return "{}";
  }
  const auto& projection = get.expressions.projection;
  std::string out = "{";
  append_member(out, "Item", projection ? aws::dynamodb::to_json_text(project(stored->item(), projection->paths)) : stored->json);
  return out + "}";
}

}  // namespace

Outcome<std::string> transact_get_items(Engine& engine, const Call& call)
{
  std::vector<TransactedGet> gets;
  for (const Json& transact_item : call.input.at("TransactItems")) {
    auto get = read_get(transact_item.at("Get"));
    if (!get) {
      return validation_error(std::move(get).error());
    }
    gets.push_back(std::move(*get));
  }
  DAVIT_OUTCOME(prepare_gets(engine, call.caller, gets));
  DAVIT_STORED_ASSIGN(const auto transaction, engine.database.read());
  std::vector<std::string> responses;
  TransactionCapacity capacity;
  std::size_t bytes = 0;
  for (const TransactedGet& get : gets) {
    DAVIT_STORED_ASSIGN(const auto stored, read_item(*transaction, *get.table, get.key));
    bytes += stored ? stored->size : 0;
    capacity.add(get.table, {.table = read_units(stored ? stored->size : 1, true)});
    responses.push_back(response_of(get, stored));
  }
  DAVIT_REFUSE_IF(transaction_size_complaint(bytes));
  std::string answer = "{";
  append_member(answer, "Responses", fmt::format("[{}]", fmt::join(responses, ",")));
  if (const auto detail = detail_of(call.input); detail != Capacity::Detail::none) {
    append_member(answer, "ConsumedCapacity", capacity.to_json(detail, Capacity::Kind::read));
  }
  return answer + "}";
}

}  // namespace davit::aws::local::dynamodb
