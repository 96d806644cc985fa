// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/partiql/select_statement.hpp"
#include "aws/local/dynamodb/row_key.hpp"
#include "aws/local/dynamodb/transaction/request_tokens.hpp"
#include "aws/local/dynamodb/transaction/write_transaction.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using partiql::Statement;
using partiql::StatementCall;

std::string in_statement(std::size_t position, const std::string& complaint)
{
  return fmt::format("Validation failed in TransactStatements[{}]: {}", position, complaint);
}

/// What is wrong with a parameter is told without its statement.
bool is_about_parameters(const std::string& complaint)
{
  return !complaint.starts_with("Statement wasn't") &&
         (complaint.find("numeric value") != std::string::npos || complaint.starts_with("Nesting Levels") ||
          complaint.starts_with("Number ") || complaint.find("significant digits") != std::string::npos);
}

Complaint transacted_complaint(const StatementCall& call)
{
  if (!call.statement.returning.empty()) {
    return "RETURNING clause is not supported in ExecuteTransaction.";
  }
  if (call.statement.source.size() == 1) {
    return std::nullopt;
  }
  return call.reads() ? "Reads on indices are not supported within transactions."
                      : "Operations on indices are not supported in transactions";
}

/// The error is a complaint.
tl::expected<std::vector<StatementCall>, std::string> read_transacted(const Json& statements)
{
  std::vector<StatementCall> calls;
  for (const Json& json : statements) {
    auto call = partiql::read_statement_call(json);
    auto complaint = call ? transacted_complaint(*call) : Complaint(call.error());
    if (complaint) {
      return tl::unexpected(is_about_parameters(*complaint) ? *complaint : in_statement(calls.size(), *complaint));
    }
    calls.push_back(std::move(*call));
  }
  const auto reads = [](const StatementCall& call) { return call.reads(); };
  if (std::any_of(calls.begin(), calls.end(), reads) && !std::all_of(calls.begin(), calls.end(), reads)) {
    return tl::unexpected(std::string("ExecuteTransaction API does not support both read and write operations in the same request."));
  }
  return calls;
}

Complaint reads_complaint(const std::vector<StatementCall>& calls)
{
  std::set<std::string> places;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const StatementCall& call = calls[i];
    const auto is_one = partiql::selects_one_item(call);
    if (!is_one || !*is_one) {
      return in_statement(
          i, is_one ? "Select statements within ExecuteTransaction must specify the primary key in the where clause." : is_one.error());
    }
    const auto where = partiql::item_condition_of(call.statement.where, call.parameters, call.table->key());
    if (where && !places.insert(call.table->arn() + '\n' + row_key(where->key, call.table->key())).second) {
      return std::string(k_one_operation_an_item);
    }
  }
  return std::nullopt;
}

Outcome<std::string> run_reads(Engine& engine, const Call& call, std::vector<StatementCall>& calls)
{
  for (StatementCall& one : calls) {
    DAVIT_OUTCOME(partiql::find_table_of(engine, call.caller, one));
    one.is_consistent = true;
  }
  DAVIT_REFUSE_IF(reads_complaint(calls));
  DAVIT_STORED_ASSIGN(const auto transaction, engine.database.read());
  TransactionCapacity capacity;
  std::vector<std::string> responses;
  for (const StatementCall& one : calls) {
    Capacity used;
    DAVIT_ANSWER_ASSIGN(const auto item, partiql::select_item(*transaction, one, used));
    capacity.add(one.table, used);
    responses.push_back(item ? "{\"Item\":" + aws::dynamodb::to_json_text(*item) + "}" : "{}");
  }
  std::string answer = "{";
  append_member(answer, "Responses", fmt::format("[{}]", fmt::join(responses, ",")));
  if (const auto detail = detail_of(call.input); detail != Capacity::Detail::none) {
    append_member(answer, "ConsumedCapacity", capacity.to_json(detail, Capacity::Kind::read));
  }
  return answer + "}";
}

/// The actions of the statements; what cannot be one is a reason to cancel them all.
Outcome<std::vector<TransactedAction>> transacted_actions(Engine& engine, const Caller& caller, std::vector<StatementCall>& calls)
{
  std::vector<TransactedAction> actions;
  Reasons reasons;
  bool is_cancelled = false;
  for (StatementCall& one : calls) {
    DAVIT_OUTCOME(partiql::find_table_of(engine, caller, one));
    auto action = partiql::write_action_of(one);
    if (!action && one.statement.kind == Statement::Kind::exists) {
      return validation_error(in_statement(reasons.size(), action.error().message));
    }
    is_cancelled = is_cancelled || !action;
    reasons.push_back(action ? std::nullopt : std::optional(action.error()));
    actions.push_back({.table_name = one.table->name(), .action = action ? std::move(*action) : WriteAction(), .table = one.table});
  }
  if (is_cancelled) {
    return tl::unexpected(cancelled(reasons));
  }
  return actions;
}

/// Nothing but the capacity: writes have no responses.
std::string writes_answer(const Json& input, const TransactionCapacity& capacity, Capacity::Kind kind)
{
  std::string answer = "{";
  append_member(answer, "Responses", "[]");
  if (const auto detail = detail_of(input); detail != Capacity::Detail::none) {
    append_member(answer, "ConsumedCapacity", capacity.to_json(detail, kind));
  }
  return answer + "}";
}

/// Of a request that was carried out before: it only read the items.
Outcome<std::string> repeated_writes(store::Connection& connection, const Json& input, const std::vector<TransactedAction>& actions)
{
  TransactionCapacity capacity;
  for (const auto& [name, action, table] : actions) {
    DAVIT_STORED_ASSIGN(const auto stored, read_item(connection, *table, action.item));
    capacity.add(table, {.table = read_units(stored ? stored->size : 1, true)});
  }
  return writes_answer(input, capacity, Capacity::Kind::read);
}

Outcome<std::string> run_writes(Engine& engine, const Call& call, std::vector<StatementCall>& calls)
{
  // Before the tables are looked up, so that they cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(auto actions, transacted_actions(engine, call.caller, calls));
  DAVIT_OUTCOME(prepare(engine, call.caller, actions));
  DAVIT_ANSWER_ASSIGN(const TokenUse use, use_token(*transaction, call.caller, text_member(call.input, "ClientRequestToken"),
                                                    dump_json(call.input.at("TransactStatements")), engine.catalog.now()));
  if (use == TokenUse::repeated) {
    return repeated_writes(*transaction, call.input, actions);
  }
  DAVIT_ANSWER_ASSIGN(const auto written, carry_out_all(*transaction, actions));
  DAVIT_STORED(transaction.commit());
  TransactionCapacity capacity;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    capacity.add(actions[i].table, written[i].capacity);
  }
  return writes_answer(call.input, capacity, Capacity::Kind::write);
}

}  // namespace

Outcome<std::string> execute_transaction(Engine& engine, const Call& call)
{
  auto calls = read_transacted(call.input.at("TransactStatements"));
  if (!calls) {
    return validation_error(std::move(calls).error());
  }
  return calls->front().reads() ? run_reads(engine, call, *calls) : run_writes(engine, call, *calls);
}

}  // namespace davit::aws::local::dynamodb
