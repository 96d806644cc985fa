// SPDX-License-Identifier: Apache-2.0
// Inputs of the transactions, members in the order in which the service complains about them.
#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/item_shapes.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/transaction/write_transaction.hpp"

namespace davit::aws::local::dynamodb {
namespace {

/// One action of a TransactWriteItem: its own members, then what all have.
Shape transacted_action(const std::string& java_name, std::vector<Member> members)
{
  members.insert(members.end(), {{"TableName", item_table_name()},
                                 {"ExpressionAttributeNames", name_placeholders()},
                                 {"ExpressionAttributeValues", attribute_map()},
                                 {"ReturnValuesOnConditionCheckFailure", old_on_failure()}});
  return structure(java_name, std::move(members));
}

Shape transact_write_item()
{
  const Shape key = required(attribute_map());
  return structure(
      "TransactWriteItem",
      {{"ConditionCheck", transacted_action("ConditionCheck", {{"Key", key}, {"ConditionExpression", required(text())}})},
       {"Put", transacted_action("Put", {{"Item", key}, {"ConditionExpression", text()}})},
       {"Delete", transacted_action("Delete", {{"Key", key}, {"ConditionExpression", text()}})},
       {"Update", transacted_action("Update", {{"Key", key}, {"UpdateExpression", required(text())}, {"ConditionExpression", text()}})}});
}

Shape transact_get_item()
{
  return structure("TransactGetItem", {{"Get", required(structure("Get", {{"Key", required(attribute_map())},
                                                                          {"TableName", item_table_name()},
                                                                          {"ProjectionExpression", text()},
                                                                          {"ExpressionAttributeNames", name_placeholders()}}))}});
}

Shape transact_items(const Shape& item)
{
  return required(between(list_of(item), 1, k_max_transaction_actions));
}

Shape transact_write_items_input()
{
  return structure("TransactWriteItemsInput", {{"ClientRequestToken", between(text(), 1, 36)},
                                               {"ReturnConsumedCapacity", returned_capacity()},
                                               {"ReturnItemCollectionMetrics", collection_metrics_choice()},
                                               {"TransactItems", transact_items(transact_write_item())}});
}

Shape transact_get_items_input()
{
  return structure("TransactGetItemsInput",
                   {{"ReturnConsumedCapacity", returned_capacity()}, {"TransactItems", transact_items(transact_get_item())}});
}

}  // namespace

OperationTable transaction_operations()
{
  return {{"TransactWriteItems", {transact_write_items, transact_write_items_input()}},
          {"TransactGetItems", {transact_get_items, transact_get_items_input()}}};
}

}  // namespace davit::aws::local::dynamodb
