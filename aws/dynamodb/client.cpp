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
