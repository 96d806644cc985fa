// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/client.hpp"

#include <iterator>
#include <nlohmann/json.hpp>

namespace davit::aws::dynamodb {
namespace {

std::string table_body(const std::string& name)
{
  return dump_json({{"TableName", name}});
}

/// The member of an answer, or an empty object.
Json member_of(const Json& answer, const char* name)
{
  const auto found = answer.find(name);
  return found == answer.end() ? Json::object() : *found;
}

}  // namespace

Result<Json> Client::call(const std::string& operation, std::string body, auth::Effect effect)
{
  DAVIT_TRY_ASSIGN(const http::Response response, m_service.call({.operation = operation, .body = std::move(body), .effect = effect}));
  return answer_of(operation, response.body);
}

Result<std::vector<std::string>> Client::list_tables()
{
  std::vector<std::string> out;
  std::string start;
  do {
    const Json request = start.empty() ? Json::object() : Json{{"ExclusiveStartTableName", start}};
    DAVIT_TRY_ASSIGN(const Json answer, call("ListTables", dump_json(request), auth::Effect::read));
    DAVIT_TRY_ASSIGN(TableNames page, table_names_from_json(answer));
    std::move(page.names.begin(), page.names.end(), std::back_inserter(out));
    start = std::exchange(page.last, {});
  } while (!start.empty());
  return out;
}

Result<TableDescription> Client::describe_table(const std::string& name)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("DescribeTable", table_body(name), auth::Effect::read));
  return table_description_from_json(member_of(answer, "Table"));
}

Result<TableDescription> Client::create_table(const TableDefinition& definition)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("CreateTable", dump_json(create_table_document(definition)), auth::Effect::write));
  return table_description_from_json(member_of(answer, "TableDescription"));
}

Result<TableDescription> Client::delete_table(const std::string& name)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("DeleteTable", table_body(name), auth::Effect::write));
  return table_description_from_json(member_of(answer, "TableDescription"));
}

Result<TimeToLive> Client::describe_time_to_live(const std::string& table)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("DescribeTimeToLive", table_body(table), auth::Effect::read));
  return time_to_live_from_json(answer);
}

Status Client::enable_time_to_live(const std::string& table, const std::string& attribute)
{
  DAVIT_TRY(call("UpdateTimeToLive", dump_json(time_to_live_document(table, attribute)), auth::Effect::write));
  return {};
}

Result<PointInTimeRecovery> Client::describe_recovery(const std::string& table)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("DescribeContinuousBackups", table_body(table), auth::Effect::read));
  return recovery_from_json(answer);
}

Status Client::enable_recovery(const std::string& table, int days)
{
  DAVIT_TRY(call("UpdateContinuousBackups", dump_json(recovery_document(table, days)), auth::Effect::write));
  return {};
}

Result<Tags> Client::list_tags(const std::string& table_arn)
{
  Tags out;
  Json request{{"ResourceArn", table_arn}};
  while (true) {
    DAVIT_TRY_ASSIGN(const Json answer, call("ListTagsOfResource", dump_json(request), auth::Effect::read));
    DAVIT_TRY_ASSIGN(Tags page, tags_from_json(answer));
    out.merge(page);
    const auto next = answer.find("NextToken");
    if (next == answer.end() || !next->is_string() || *next == "") {
      return out;
    }
    request["NextToken"] = *next;
  }
}

Result<StatementPage> Client::execute_statement(const StatementRequest& request)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("ExecuteStatement", body_of(request), auth::Effect::read));
  return statement_page_from_json(answer);
}

Result<TransactionOutcome> Client::transact(const std::string& operation, const TransactionRequest& request, auth::Effect effect)
{
  DAVIT_TRY_ASSIGN(auto answer, m_service.exchange({.operation = operation, .body = body_of(request), .effect = effect}));
  if (!answer.failure) {
    DAVIT_TRY_ASSIGN(const Json json, answer_of(operation, answer.response.body));
    return transaction_outcome_from_json(json);
  }
  if (answer.failure->service && answer.failure->service->code == "TransactionCanceledException") {
    return cancelled_transaction(std::move(*answer.failure), answer.response.body);
  }
  return fail(std::move(*answer.failure));
}

Result<TransactionOutcome> Client::transact_write(const TransactionRequest& request)
{
  return transact("TransactWriteItems", request, auth::Effect::write);
}

Result<TransactionOutcome> Client::transact_get(const TransactionRequest& request)
{
  return transact("TransactGetItems", request, auth::Effect::read);
}

Result<std::optional<Item>> Client::call_for_item(const std::string& operation, std::string body, auth::Effect effect, const char* member)
{
  DAVIT_TRY_ASSIGN(const Json answer, call(operation, std::move(body), effect));
  if (!answer.contains(member)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(Item item, item_of_answer(answer.at(member)));
  return item;
}

Result<std::optional<Item>> Client::get_item(const GetItemRequest& request)
{
  return call_for_item("GetItem", body_of(request), auth::Effect::read, "Item");
}

Result<std::optional<Item>> Client::put_item(const PutItemRequest& request)
{
  return call_for_item("PutItem", body_of(request), auth::Effect::write, "Attributes");
}

Result<std::optional<Item>> Client::delete_item(const DeleteItemRequest& request)
{
  return call_for_item("DeleteItem", body_of(request), auth::Effect::write, "Attributes");
}

Result<Item> Client::update_item(const UpdateItemRequest& request)
{
  DAVIT_TRY_ASSIGN(auto attributes, call_for_item("UpdateItem", body_of(request), auth::Effect::write, "Attributes"));
  return attributes.value_or(Item{});
}

Result<Page> Client::query(const QueryRequest& request)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("Query", body_of(request), auth::Effect::read));
  return page_from_json(answer);
}

Result<Page> Client::scan(const ScanRequest& request)
{
  DAVIT_TRY_ASSIGN(const Json answer, call("Scan", body_of(request), auth::Effect::read));
  return page_from_json(answer);
}

}  // namespace davit::aws::dynamodb
