// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/partiql/select_statement.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using partiql::StatementCall;

constexpr int k_client_error = 400;

/// One statement of a batch: read, or refused by itself.
struct BatchMember {
  tl::expected<StatementCall, Refusal> call;
};

/// "ValidationError": a member's errors are called like the reasons of a transaction.
std::string short_code(const std::string& code)
{
  if (code == "ValidationException") {
    return "ValidationError";
  }
  constexpr std::string_view k_suffix = "Exception";
  return code.ends_with(k_suffix) ? code.substr(0, code.size() - k_suffix.size()) : code;
}

std::string error_response(const Refusal& refusal, const std::string& table)
{
  std::string message;
  aws::dynamodb::append_json_string(message, refusal.message);
  std::string error = "{";
  append_member(error, "Code", "\"" + short_code(refusal.code) + "\"");
  append_member(error, "Message", message);
  std::string out = "{";
  append_member(out, "Error", error + "}");
  if (!table.empty()) {
    append_member(out, "TableName", "\"" + table + "\"");
  }
  return out + "}";
}

std::string item_response(const std::optional<Item>& item, const std::string& table)
{
  std::string out = "{";
  append_member(out, "TableName", "\"" + table + "\"");
  if (item) {
    append_member(out, "Item", aws::dynamodb::to_json_text(*item));
  }
  return out + "}";
}

using TableCapacities = std::map<std::string, Capacity>;

Outcome<std::string> select_member(store::Connection& connection, const StatementCall& call, TableCapacities& capacities)
{
  const auto is_one = partiql::selects_one_item(call);
  if (!is_one) {
    return validation_error(is_one.error());
  }
  if (!*is_one) {
    return validation_error("Select statements within BatchExecuteStatement must specify the primary key in the where clause.");
  }
  DAVIT_ANSWER_ASSIGN(const auto item, partiql::select_item(connection, call, capacities[call.table->name()]));
  return item_response(item, call.table->name());
}

Outcome<std::string> write_member(store::Connection& connection, const StatementCall& call, TableCapacities& capacities)
{
  DAVIT_ANSWER_ASSIGN(const WriteAction action, partiql::write_action_of(call));
  DAVIT_REFUSE_IF(write_complaint(action, *call.table));
  const auto written = carry_out(connection, *call.table, action);
  if (!written && written.error().status != k_client_error) {
    return tl::unexpected(written.error());
  }
  if (!written) {
    // Only a member that ran tells its table.
    return error_response(written.error(), call.table->name());
  }
  capacities[call.table->name()].add(written->capacity);
  return item_response(partiql::returned_item(call, action, *written), call.table->name());
}

Outcome<std::string> run_member(Engine& engine, const Caller& caller, store::Connection& connection, BatchMember& member,
                                TableCapacities& capacities)
{
  if (!member.call) {
    return tl::unexpected(member.call.error());
  }
  DAVIT_OUTCOME(partiql::find_table_of(engine, caller, *member.call));
  return member.call->reads() ? select_member(connection, *member.call, capacities) : write_member(connection, *member.call, capacities);
}

/// All responses, each a document. Only what the local AWS itself failed in fails the batch.
Outcome<std::vector<std::string>> run_members(Engine& engine, const Caller& caller, store::Connection& connection,
                                              std::vector<BatchMember>& members, TableCapacities& capacities)
{
  std::vector<std::string> responses;
  for (BatchMember& member : members) {
    auto response = run_member(engine, caller, connection, member, capacities);
    if (!response && response.error().status != k_client_error) {
      return tl::unexpected(std::move(response).error());
    }
    responses.push_back(response ? std::move(*response) : error_response(response.error(), ""));
  }
  return responses;
}

std::vector<BatchMember> read_members(const Json& statements)
{
  std::vector<BatchMember> members;
  for (const Json& json : statements) {
    auto call = partiql::read_statement_call(json);
    if (call) {
      // A batch does not show the item of a failed condition.
      call->tells_old = false;
    }
    if (call && call->statement.kind == partiql::Statement::Kind::exists) {
      call = tl::unexpected(std::string("EXISTS can only be used in ExecuteTransaction write requests."));
    }
    members.push_back({call ? tl::expected<StatementCall, Refusal>(std::move(*call)) : validation_error(call.error())});
  }
  return members;
}

Complaint mixture_complaint(const std::vector<BatchMember>& members)
{
  const auto is = [&members](bool reads) {
    return std::any_of(members.begin(), members.end(),
                       [reads](const BatchMember& member) { return member.call && member.call->reads() == reads; });
  };
  return is(true) && is(false) ? Complaint("Read and write requests together in the same batch is not supported.") : std::nullopt;
}

}  // namespace

Outcome<std::string> batch_execute_statement(Engine& engine, const Call& call)
{
  auto members = read_members(call.input.at("Statements"));
  DAVIT_REFUSE_IF(mixture_complaint(members));
  // Each statement by itself; one transaction keeps their tables and is cheaper.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  TableCapacities capacities;
  DAVIT_ANSWER_ASSIGN(const auto responses, run_members(engine, call.caller, *transaction, members, capacities));
  DAVIT_STORED(transaction.commit());
  std::string answer = "{";
  append_member(answer, "Responses", fmt::format("[{}]", fmt::join(responses, ",")));
  if (const auto detail = detail_of(call.input); detail != Capacity::Detail::none) {
    std::vector<std::string> documents;
    for (const auto& [table, capacity] : capacities) {
      documents.push_back(capacity.to_json(table, detail));
    }
    append_member(answer, "ConsumedCapacity", fmt::format("[{}]", fmt::join(documents, ",")));
  }
  return answer + "}";
}

}  // namespace davit::aws::local::dynamodb
