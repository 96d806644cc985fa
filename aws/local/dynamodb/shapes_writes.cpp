// SPDX-License-Identifier: Apache-2.0
// Inputs of the operations that write items, members in the order in which the service complains about them.
#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/item_shapes.hpp"
#include "aws/local/dynamodb/operations.hpp"

namespace davit::aws::local::dynamodb {
namespace {

// As the service prints it, misspelling and all.
constexpr const char* k_return_values_words =
    "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";

Shape return_values()
{
  Shape shape = one_of({"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"});
  shape.own_words = k_return_values_words;
  return shape;
}

Shape conditional_operator()
{
  Shape shape = logical_operator();
  shape.own_words = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]";
  return shape;
}

Shape expected()
{
  return map_of(structure("ExpectedAttributeValue", {{"AttributeValueList", list_of(attribute_value())},
                                                     {"ComparisonOperator", comparison_operator()},
                                                     {"Exists", flag()},
                                                     {"Value", attribute_value()}}));
}

/// What all three have behind their own members.
std::vector<Member> with_conditions(std::vector<Member> members)
{
  members.insert(members.end(), {{"Expected", expected()},
                                 {"ReturnItemCollectionMetrics", collection_metrics_choice()},
                                 {"ReturnValuesOnConditionCheckFailure", old_on_failure()},
                                 {"ConditionExpression", text()},
                                 {"ExpressionAttributeValues", attribute_map()},
                                 {"ExpressionAttributeNames", name_placeholders()}});
  return members;
}

Shape put_item_input()
{
  return structure("PutItemInput", with_conditions({{"ReturnConsumedCapacity", returned_capacity()},
                                                    {"TableName", item_table_name()},
                                                    {"ReturnValues", return_values()},
                                                    {"ConditionalOperator", conditional_operator()},
                                                    {"Item", required(attribute_map())}}));
}

Shape delete_item_input()
{
  return structure("DeleteItemInput", with_conditions({{"ReturnConsumedCapacity", returned_capacity()},
                                                       {"TableName", item_table_name()},
                                                       {"ReturnValues", return_values()},
                                                       {"ConditionalOperator", conditional_operator()},
                                                       {"Key", required(attribute_map())}}));
}

Shape update_item_input()
{
  return structure(
      "UpdateItemInput",
      with_conditions({{"ReturnConsumedCapacity", returned_capacity()},
                       {"TableName", item_table_name()},
                       {"ReturnValues", return_values()},
                       {"ConditionalOperator", conditional_operator()},
                       {"Key", required(attribute_map())},
                       {"AttributeUpdates", map_of(structure("AttributeValueUpdate", {{"Action", one_of({"ADD", "PUT", "DELETE"})},
                                                                                      {"Value", attribute_value()}}))},
                       {"UpdateExpression", text()}}));
}

Shape batch_write_item_input()
{
  const Shape write = structure(
      "WriteRequest", {{"PutRequest", structure("PutRequest", {{"Item", required(attribute_map())}, {"WorkloadProfileName", text()}})},
                       {"DeleteRequest", structure("DeleteRequest", {{"Key", required(attribute_map())}})}});
  Shape requests = required(map_of(list_of(write)));
  requests.keys_are_names = true;
  requests.values_are_batches = true;
  return structure("BatchWriteItemInput", {{"ReturnConsumedCapacity", returned_capacity()},
                                           {"ReturnItemCollectionMetrics", collection_metrics_choice()},
                                           {"RequestItems", std::move(requests)}});
}

/// The service looks at ReturnValues of an update alone.
Complaint first_complaint_of_update(const Json& input)
{
  if (auto complaint = empty_table_name(input)) {
    return complaint;
  }
  const Json* wanted = member_of(input, "ReturnValues");
  const Shape shape = return_values();
  if (wanted == nullptr || std::find(shape.allowed.begin(), shape.allowed.end(), *wanted) != shape.allowed.end() ||
      is_left_to_older_checks(input)) {
    return std::nullopt;
  }
  return detected({k_return_values_words});
}

/// The service looks at what is to be returned before it looks into the requests.
Complaint first_complaint_of_batch_write(const Json& input)
{
  const Json* requests = member_of(input, "RequestItems");
  if (requests == nullptr) {
    return std::nullopt;
  }
  if (requests->empty()) {
    return std::string(k_empty_batch);
  }
  return constraint_complaint(input, structure("BatchWriteItemInput", {{"ReturnConsumedCapacity", returned_capacity()},
                                                                       {"ReturnItemCollectionMetrics", collection_metrics_choice()}}));
}

}  // namespace

OperationTable write_operations()
{
  return {{"PutItem", {put_item, put_item_input(), empty_table_name}},
          {"DeleteItem", {delete_item, delete_item_input(), empty_table_name}},
          {"UpdateItem", {update_item, update_item_input(), first_complaint_of_update}},
          {"BatchWriteItem", {batch_write_item, batch_write_item_input(), first_complaint_of_batch_write}}};
}

}  // namespace davit::aws::local::dynamodb
