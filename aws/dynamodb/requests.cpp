// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/requests.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {
namespace {

/// Writes one JSON object, member by member; items go in as text because a document of them would be built only to be written.
class Body
{
public:
  explicit Body(const std::string& table) { text("TableName", table); }

  Body& raw(std::string_view name, std::string_view json)
  {
    m_out += m_out.empty() ? '{' : ',';
    append_json_string(m_out, name);
    (m_out += ':') += json;
    return *this;
  }

  Body& text(std::string_view name, std::string_view value)
  {
    if (value.empty()) {
      return *this;
    }
    std::string json;
    append_json_string(json, value);
    return raw(name, json);
  }

  Body& item(std::string_view name, const Item& value) { return raw(name, to_json_text(value)); }

  Body& flag(std::string_view name, bool value) { return value ? raw(name, "true") : *this; }

  Body& placeholders(const Placeholders& placeholders)
  {
    if (!placeholders.names.empty()) {
      raw("ExpressionAttributeNames", dump_json(placeholders.names));
    }
    return placeholders.values.empty() ? *this : item("ExpressionAttributeValues", placeholders.values);
  }

  Body& selection(const Selection& selection)
  {
    text("IndexName", selection.index).text("FilterExpression", selection.filter).text("ProjectionExpression", selection.projection);
    placeholders(selection.placeholders).flag("ConsistentRead", selection.consistent);
    text("Select", selection.count_only ? "COUNT" : "");
    if (selection.limit) {
      raw("Limit", std::to_string(*selection.limit));
    }
    return selection.start_key.empty() ? *this : item("ExclusiveStartKey", selection.start_key);
  }

  std::string finish()
  {
    text("ReturnConsumedCapacity", "TOTAL");
    return std::move(m_out) + '}';
  }

private:
  std::string m_out;
};

Result<std::vector<Item>> items_of_answer(const Json& array)
{
  std::vector<Item> out;
  for (const auto& element : array) {
    DAVIT_TRY_ASSIGN(Item item, item_of_answer(element));
    out.push_back(std::move(item));
  }
  return out;
}

Json table_member(const Json& answer, const char* member, const std::string& table)
{
  const auto tables = answer.find(member);
  const auto found = tables == answer.end() || !tables->is_object() ? Json::const_iterator() : tables->find(table);
  return tables == answer.end() || !tables->is_object() || found == tables->end() ? Json() : *found;
}

double units_of(const Json& capacity)
{
  return capacity.is_object() ? capacity.value("CapacityUnits", 0.0) : 0.0;
}

/// Runs `read`, whose access to members throws where the answer has another shape than the API's.
template <typename T, typename Read>
Result<T> read_answer(Read read)
{
  try {
    return read();
  } catch (const Json::exception& e) {
    return fail(failed_error(fmt::format("the answer of DynamoDB has an unexpected shape: {}", e.what())));
  }
}

}  // namespace

std::string body_of(const GetItemRequest& request)
{
  return Body{request.table}
      .item("Key", request.key)
      .text("ProjectionExpression", request.projection)
      .placeholders(request.placeholders)
      .flag("ConsistentRead", request.consistent)
      .finish();
}

std::string body_of(const PutItemRequest& request)
{
  return Body{request.table}
      .item("Item", request.item)
      .text("ConditionExpression", request.condition)
      .placeholders(request.placeholders)
      .text("ReturnValues", request.return_old ? "ALL_OLD" : "")
      .finish();
}

std::string body_of(const UpdateItemRequest& request)
{
  return Body{request.table}
      .item("Key", request.key)
      .text("UpdateExpression", request.update)
      .text("ConditionExpression", request.condition)
      .placeholders(request.placeholders)
      .text("ReturnValues", request.return_values)
      .finish();
}

std::string body_of(const DeleteItemRequest& request)
{
  return Body{request.table}
      .item("Key", request.key)
      .text("ConditionExpression", request.condition)
      .placeholders(request.placeholders)
      .text("ReturnValues", request.return_old ? "ALL_OLD" : "")
      .finish();
}

std::string body_of(const QueryRequest& request)
{
  Body body{request.table};
  body.text("KeyConditionExpression", request.key_condition).selection(request);
  return (request.descending ? body.raw("ScanIndexForward", "false") : body).finish();
}

std::string body_of(const ScanRequest& request)
{
  Body body{request.table};
  body.selection(request);
  if (request.segment) {
    body.raw("Segment", std::to_string(*request.segment)).raw("TotalSegments", std::to_string(request.total_segments));
  }
  return body.finish();
}

std::string batch_put_body(const std::string& table, std::span<const std::string> item_texts)
{
  std::string out = "{\"ReturnConsumedCapacity\":\"TOTAL\",\"RequestItems\":{";
  append_json_string(out, table);
  char separator = '[';
  out += ':';
  for (const auto& text : item_texts) {
    out += std::exchange(separator, ',');
    ((out += "{\"PutRequest\":{\"Item\":") += text) += "}}";
  }
  return out + "]}}";
}

std::string batch_get_body(const std::string& table, std::span<const Item> keys)
{
  std::string out = "{\"ReturnConsumedCapacity\":\"TOTAL\",\"RequestItems\":{";
  append_json_string(out, table);
  out += ":{\"ConsistentRead\":true,\"Keys\":";
  char separator = '[';
  for (const auto& key : keys) {
    out += std::exchange(separator, ',');
    append_json(out, key);
  }
  return out + "]}}}";
}

Result<Item> item_of_answer(const Json& json)
{
  auto item = item_from_json(json);
  if (!item) {
    return fail(failed_error(fmt::format("the answer of DynamoDB holds no valid item: {}", item.error().message)));
  }
  return std::move(*item);
}

Result<Page> page_from_json(const Json& answer)
{
  return read_answer<Page>([&]() -> Result<Page> {
    Page page{.count = answer.at("Count"),
              .scanned = answer.value("ScannedCount", std::int64_t{0}),
              .consumed_capacity = consumed_capacity(answer)};
    DAVIT_TRY_ASSIGN(page.items, items_of_answer(answer.value("Items", Json::array())));
    DAVIT_TRY_ASSIGN(page.last_key, item_of_answer(answer.value("LastEvaluatedKey", Json::object())));
    return page;
  });
}

Result<std::vector<Item>> unprocessed_puts(const Json& answer, const std::string& table)
{
  return read_answer<std::vector<Item>>([&]() -> Result<std::vector<Item>> {
    std::vector<Item> out;
    for (const auto& request : table_member(answer, "UnprocessedItems", table)) {
      DAVIT_TRY_ASSIGN(Item item, item_of_answer(request.at("PutRequest").at("Item")));
      out.push_back(std::move(item));
    }
    return out;
  });
}

Result<std::vector<Item>> unprocessed_keys(const Json& answer, const std::string& table)
{
  return read_answer<std::vector<Item>>([&] {
    const Json found = table_member(answer, "UnprocessedKeys", table);
    return items_of_answer(found.is_object() ? found.at("Keys") : Json::array());
  });
}

Result<std::vector<Item>> batch_get_items(const Json& answer, const std::string& table)
{
  return read_answer<std::vector<Item>>([&] { return items_of_answer(table_member(answer, "Responses", table)); });
}

double consumed_capacity(const Json& answer)
{
  const auto found = answer.find("ConsumedCapacity");
  if (found == answer.end() || !found->is_array()) {
    return found == answer.end() ? 0.0 : units_of(*found);
  }
  double sum = 0;
  for (const auto& capacity : *found) {
    sum += units_of(capacity);
  }
  return sum;
}

}  // namespace davit::aws::dynamodb
