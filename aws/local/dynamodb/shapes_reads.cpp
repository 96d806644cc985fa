// SPDX-License-Identifier: Apache-2.0
// Inputs of the operations that read items, members in the order in which the service complains about them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/item_shapes.hpp"
#include "aws/local/dynamodb/operations.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_keys_of_table = 100;

Shape select()
{
  return one_of({"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"});
}

Shape get_item_input()
{
  return structure("GetItemInput", {{"ReturnConsumedCapacity", returned_capacity()},
                                    {"AttributesToGet", attributes_to_get()},
                                    {"TableName", item_table_name()},
                                    {"Key", required(attribute_map())},
                                    {"ConsistentRead", flag()},
                                    {"ProjectionExpression", text()},
                                    {"ExpressionAttributeNames", name_placeholders()}});
}

Shape query_input()
{
  return structure("QueryInput", {{"Select", select()},
                                  {"IndexName", name()},
                                  {"ReturnConsumedCapacity", returned_capacity()},
                                  {"QueryFilter", condition_map()},
                                  {"TableName", item_table_name()},
                                  {"ConditionalOperator", logical_operator()},
                                  {"AttributesToGet", attributes_to_get()},
                                  {"Limit", between(integer(), 1, std::nullopt)},
                                  {"KeyConditions", condition_map()},
                                  {"ExclusiveStartKey", attribute_map()},
                                  {"ConsistentRead", flag()},
                                  {"ScanIndexForward", flag()},
                                  {"KeyConditionExpression", text()},
                                  {"FilterExpression", text()},
                                  {"ProjectionExpression", text()},
                                  {"ExpressionAttributeValues", attribute_map()},
                                  {"ExpressionAttributeNames", name_placeholders()}});
}

Shape scan_input()
{
  return structure("ScanInput", {{"Select", select()},
                                 {"IndexName", name()},
                                 {"TotalSegments", between(integer(), 1, 1'000'000)},
                                 {"ReturnConsumedCapacity", returned_capacity()},
                                 {"TableName", item_table_name()},
                                 {"ConditionalOperator", logical_operator()},
                                 {"ScanFilter", condition_map()},
                                 {"Segment", between(integer(), 0, 999'999)},
                                 {"Limit", between(integer(), 1, std::nullopt)},
                                 {"AttributesToGet", attributes_to_get()},
                                 {"ExclusiveStartKey", attribute_map()},
                                 {"ConsistentRead", flag()},
                                 {"FilterExpression", text()},
                                 {"ProjectionExpression", text()},
                                 {"ExpressionAttributeValues", attribute_map()},
                                 {"ExpressionAttributeNames", name_placeholders()}});
}

Shape batch_get_item_input()
{
  const Shape keys = required(list_of(attribute_map()));
  Shape requests = required(map_of(structure("KeysAndAttributes", {{"Keys", keys},
                                                                   {"AttributesToGet", attributes_to_get()},
                                                                   {"ConsistentRead", flag()},
                                                                   {"ProjectionExpression", text()},
                                                                   {"ExpressionAttributeNames", name_placeholders()}})));
  requests.keys_are_names = true;
  requests.shown_as_json = true;
  return structure("BatchGetItemInput", {{"RequestItems", std::move(requests)}, {"ReturnConsumedCapacity", returned_capacity()}});
}

/// The service checks the limit of a query, and not that of a scan, before the rest.
Complaint first_complaint_of_query(const Json& input)
{
  if (const auto limit = integer_member(input, "Limit"); limit && *limit < 1) {
    return "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1";
  }
  return std::nullopt;
}

Complaint first_complaint_of_batch(const Json& input)
{
  const Json* requests = member_of(input, "RequestItems");
  if (requests == nullptr) {
    return std::nullopt;
  }
  if (requests->empty()) {
    return std::string(k_empty_batch);
  }
  for (const auto& [table, request] : requests->items()) {
    const Json* keys = member_of(request, "Keys");
    if (keys != nullptr && (keys->empty() || keys->size() > k_max_keys_of_table)) {
      return fmt::format(
          "1 validation error detected: Value at 'RequestItems.{}.member.Keys' failed to satisfy constraint: Member must have length {} than or equal to {}",
          table, keys->empty() ? "greater" : "less", keys->empty() ? 1 : k_max_keys_of_table);
    }
  }
  return std::nullopt;
}

}  // namespace

OperationTable read_operations()
{
  return {{"GetItem", {get_item, get_item_input()}},
          {"Query", {query, query_input(), first_complaint_of_query}},
          {"Scan", {scan, scan_input()}},
          {"BatchGetItem", {batch_get_item, batch_get_item_input(), first_complaint_of_batch}}};
}

}  // namespace davit::aws::local::dynamodb
