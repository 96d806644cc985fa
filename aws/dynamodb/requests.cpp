// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/requests.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "aws/core/json_members.hpp"
#include "aws/dynamodb/request_body.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {
namespace {

using Body = RequestBody;

Result<std::vector<Item>> items_of_answer(const Json& array)
{
  std::vector<Item> out;
  for (const auto& element : array) {
    DAVIT_TRY_ASSIGN(Item item, item_of_answer(element));
    out.push_back(std::move(item));
  }
  return out;
}

double units_of(const Json& capacity)
{
  const auto units = capacity.find("CapacityUnits");
  return units != capacity.end() && units->is_number() ? units->get<double>() : 0.0;
}

/// Throws where the request is neither a put nor a delete.
const Json& written_by(const Json& request)
{
  const auto put = request.find("PutRequest");
  return put != request.end() ? put->at("Item") : request.at("DeleteRequest").at("Key");
}

/// Runs `read`, whose access to members throws where the answer has another shape than the API's.
template <typename T, typename Read>
Result<T> read_answer(Read read)
{
  try {
    return read();
  } catch (const Json::exception& e) {
    return fail(unreadable_answer(e.what()));
  }
}

}  // namespace

Error unreadable_answer(std::string_view problem)
{
  return {.kind = ErrorKind::unavailable,
          .message = fmt::format("the answer is none of DynamoDB: {}", problem),
          .hint = "check that the endpoint is one of AWS: `davit aws endpoint dynamodb`"};
}

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

std::string put_request(std::string_view item_text)
{
  return fmt::format("{{\"PutRequest\":{{\"Item\":{}}}}}", item_text);
}

std::string delete_request(std::string_view key_text)
{
  return fmt::format("{{\"DeleteRequest\":{{\"Key\":{}}}}}", key_text);
}

std::string batch_write_body(const std::string& table, std::span<const std::string_view> requests)
{
  std::size_t length = 128 + table.size();
  for (const auto request : requests) {
    length += request.size() + 1;
  }
  std::string out;
  out.reserve(length);
  out += "{\"ReturnConsumedCapacity\":\"TOTAL\",\"RequestItems\":{";
  append_json_string(out, table);
  char separator = '[';
  out += ':';
  for (const auto request : requests) {
    out += std::exchange(separator, ',');
    out += request;
  }
  return out += "]}}";
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

Result<Json> answer_of(const std::string& operation, const std::string& body)
{
  auto json = parse_json(body, "the answer of " + operation);
  if (!json || !json->is_object()) {
    return fail(unreadable_answer(fmt::format("what {} answered is no JSON object", operation)));
  }
  return json;
}

Result<Item> item_of_answer(const Json& json)
{
  auto item = item_from_json(json);
  if (!item) {
    return fail(failed_error(fmt::format("the answer of DynamoDB holds an item that is none: {}", item.error().message)));
  }
  return std::move(*item);
}

Result<TableNames> table_names_from_json(const Json& answer)
{
  return read_answer<TableNames>(
      [&] { return TableNames{.names = answer.at("TableNames"), .last = answer.value("LastEvaluatedTableName", "")}; });
}

Result<Page> page_from_json(const Json& answer)
{
  return read_answer<Page>([&]() -> Result<Page> {
    const auto count = integer_member(answer, "Count");
    if (!count) {
      return fail(unreadable_answer("it has no count"));
    }
    Page page{
        .count = *count, .scanned = integer_member(answer, "ScannedCount").value_or(0), .consumed_capacity = consumed_capacity(answer)};
    DAVIT_TRY_ASSIGN(page.items, items_of_answer(answer.value("Items", Json::array())));
    DAVIT_TRY_ASSIGN(page.last_key, item_of_answer(answer.value("LastEvaluatedKey", Json::object())));
    if (!page.items.empty() && static_cast<std::int64_t>(page.items.size()) != page.count) {
      return fail(unreadable_answer(fmt::format("it counts {} items and holds {}", page.count, page.items.size())));
    }
    return page;
  });
}

Result<std::vector<Item>> unprocessed_writes(const Json& answer)
{
  return read_answer<std::vector<Item>>([&]() -> Result<std::vector<Item>> {
    std::vector<Item> out;
    for (const auto& [table, requests] : answer.at("UnprocessedItems").get_ref<const Json::object_t&>()) {
      for (const auto& request : requests) {
        DAVIT_TRY_ASSIGN(Item item, item_of_answer(written_by(request)));
        out.push_back(std::move(item));
      }
    }
    return out;
  });
}

Result<Item> item_of_request(std::string_view request)
{
  return read_answer<Item>([&]() -> Result<Item> {
    DAVIT_TRY_ASSIGN(const Json json, parse_json(request, "the request"));
    return item_of_answer(written_by(json));
  });
}

Result<std::vector<Item>> unprocessed_keys(const Json& answer)
{
  return read_answer<std::vector<Item>>([&]() -> Result<std::vector<Item>> {
    std::vector<Item> out;
    for (const auto& [table, request] : answer.at("UnprocessedKeys").get_ref<const Json::object_t&>()) {
      DAVIT_TRY_ASSIGN(auto keys, items_of_answer(request.at("Keys")));
      std::move(keys.begin(), keys.end(), std::back_inserter(out));
    }
    return out;
  });
}

Result<std::vector<Item>> batch_get_items(const Json& answer)
{
  return read_answer<std::vector<Item>>([&]() -> Result<std::vector<Item>> {
    std::vector<Item> out;
    for (const auto& [table, items] : answer.at("Responses").get_ref<const Json::object_t&>()) {
      DAVIT_TRY_ASSIGN(auto found, items_of_answer(items));
      std::move(found.begin(), found.end(), std::back_inserter(out));
    }
    return out;
  });
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
