// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/partiql/select_statement.hpp"

namespace davit::aws::local::dynamodb {
namespace {

std::string statement_answer(const Json& input, const partiql::StatementCall& call, const std::vector<std::string>& items,
                             const Capacity& capacity)
{
  std::string answer = "{";
  append_member(answer, "Items", fmt::format("[{}]", fmt::join(items, ",")));
  if (const auto detail = detail_of(input); detail != Capacity::Detail::none) {
    append_member(answer, "ConsumedCapacity", capacity.to_json(call.table->name(), detail));
  }
  return answer;
}

Outcome<std::string> run_select(Engine& engine, const Call& call, const partiql::StatementCall& statement)
{
  DAVIT_ANSWER_ASSIGN(const auto page, partiql::select_page(engine, call.caller, call.input, statement));
  std::string answer = statement_answer(call.input, statement, page.items, page.capacity);
  if (!page.next_token.empty()) {
    append_member(answer, "NextToken", "\"" + page.next_token + "\"");
  }
  if (!page.last_key.empty()) {
    append_member(answer, "LastEvaluatedKey", page.last_key);
  }
  return answer + "}";
}

Outcome<std::string> run_write(Engine& engine, const Call& call, partiql::StatementCall& statement)
{
  // Before the table is looked up, so that it cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_OUTCOME(partiql::find_table_of(engine, call.caller, statement));
  DAVIT_ANSWER_ASSIGN(const WriteAction action, partiql::write_action_of(statement));
  DAVIT_REFUSE_IF(write_complaint(action, *statement.table));
  DAVIT_ANSWER_ASSIGN(const Written written, carry_out(*transaction, *statement.table, action));
  DAVIT_STORED(transaction.commit());
  std::vector<std::string> items;
  if (const auto item = partiql::returned_item(statement, action, written)) {
    items.push_back(aws::dynamodb::to_json_text(*item));
  }
  return statement_answer(call.input, statement, items, written.capacity) + "}";
}

}  // namespace

Outcome<std::string> execute_statement(Engine& engine, const Call& call)
{
  auto statement = partiql::read_statement_call(call.input);
  if (!statement) {
    return validation_error(std::move(statement).error());
  }
  if (statement->statement.kind == partiql::Statement::Kind::exists) {
    return validation_error("EXISTS can only be used in ExecuteTransaction write requests.");
  }
  if (!statement->reads()) {
    return run_write(engine, call, *statement);
  }
  DAVIT_OUTCOME(partiql::find_table_of(engine, call.caller, *statement));
  return run_select(engine, call, *statement);
}

}  // namespace davit::aws::local::dynamodb
