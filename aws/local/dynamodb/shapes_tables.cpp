// SPDX-License-Identifier: Apache-2.0
// Inputs of the table operations, members in the order in which the service complains about them.
#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/operations.hpp"

namespace davit::aws::local::dynamodb {
namespace {

Shape attribute_name()
{
  return required(between(text(), 1, 255));
}

Shape throughput()
{
  return structure("ProvisionedThroughput", {{"WriteCapacityUnits", required(between(long_integer(), 1, std::nullopt))},
                                             {"ReadCapacityUnits", required(between(long_integer(), 1, std::nullopt))}});
}

Shape on_demand_throughput()
{
  return structure("OnDemandThroughput", {{"MaxReadRequestUnits", long_integer()}, {"MaxWriteRequestUnits", long_integer()}});
}

Shape warm_throughput()
{
  return structure("WarmThroughput", {{"ReadUnitsPerSecond", long_integer()}, {"WriteUnitsPerSecond", long_integer()}});
}

Shape attribute_definitions()
{
  return list_of(
      structure("AttributeDefinition", {{"AttributeName", attribute_name()}, {"AttributeType", required(one_of({"B", "N", "S"}))}}));
}

Shape key_schema(std::int64_t most)
{
  return required(between(
      list_of(structure("KeySchemaElement", {{"AttributeName", attribute_name()}, {"KeyType", required(one_of({"HASH", "RANGE"}))}})), 1,
      most));
}

Shape projection()
{
  return required(structure("Projection", {{"ProjectionType", one_of({"ALL", "INCLUDE", "KEYS_ONLY"})},
                                           {"NonKeyAttributes", between(list_of(between(text(), 1, 255)), 1, 20)}}));
}

Shape local_index()
{
  return structure("LocalSecondaryIndex", {{"IndexName", required(name())}, {"KeySchema", key_schema(2)}, {"Projection", projection()}});
}

/// A key of several attributes has up to four of each kind.
Shape global_index(const std::string& java_name)
{
  return structure(java_name, {{"IndexName", required(name())},
                               {"Projection", projection()},
                               {"ProvisionedThroughput", throughput()},
                               {"OnDemandThroughput", on_demand_throughput()},
                               {"WarmThroughput", warm_throughput()},
                               {"KeySchema", key_schema(8)}});
}

Shape stream()
{
  return structure("StreamSpecification", {{"StreamEnabled", required(flag())},
                                           {"StreamViewType", one_of({"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"})}});
}

Shape encryption()
{
  return structure("SSESpecification", {{"Enabled", flag()}, {"SSEType", one_of({"AES256", "KMS"})}, {"KMSMasterKeyId", text()}});
}

Shape billing_mode()
{
  return one_of({"PROVISIONED", "PAY_PER_REQUEST"});
}

Shape create_table_input()
{
  return structure("CreateTableInput", {{"AttributeDefinitions", required(attribute_definitions())},
                                        {"TableName", name()},
                                        {"BillingMode", billing_mode()},
                                        {"ProvisionedThroughput", throughput()},
                                        {"KeySchema", key_schema(2)},
                                        {"LocalSecondaryIndexes", list_of(local_index())},
                                        {"GlobalSecondaryIndexes", list_of(global_index("GlobalSecondaryIndex"))},
                                        {"StreamSpecification", stream()},
                                        {"SSESpecification", encryption()},
                                        {"Tags", list_of(structure("Tag", {{"Key", text()}, {"Value", text()}}))},
                                        {"TableClass", text()},
                                        {"DeletionProtectionEnabled", flag()},
                                        {"OnDemandThroughput", on_demand_throughput()},
                                        {"WarmThroughput", warm_throughput()}});
}

Shape update_table_input()
{
  const Shape update = structure("GlobalSecondaryIndexUpdate",
                                 {{"Update", structure("UpdateGlobalSecondaryIndexAction", {{"IndexName", required(name())},
                                                                                            {"ProvisionedThroughput", throughput()},
                                                                                            {"OnDemandThroughput", on_demand_throughput()},
                                                                                            {"WarmThroughput", warm_throughput()}})},
                                  {"Create", global_index("CreateGlobalSecondaryIndexAction")},
                                  {"Delete", structure("DeleteGlobalSecondaryIndexAction", {{"IndexName", required(name())}})}});
  return structure("UpdateTableInput", {{"TableName", name()},
                                        {"ProvisionedThroughput", throughput()},
                                        {"BillingMode", billing_mode()},
                                        {"GlobalSecondaryIndexUpdates", list_of(update)},
                                        {"AttributeDefinitions", attribute_definitions()},
                                        {"StreamSpecification", stream()},
                                        {"SSESpecification", encryption()},
                                        {"TableClass", text()},
                                        {"DeletionProtectionEnabled", flag()},
                                        {"OnDemandThroughput", on_demand_throughput()},
                                        {"WarmThroughput", warm_throughput()}});
}

Shape table_name_input(const std::string& java_name)
{
  return structure(java_name, {{"TableName", name()}});
}

}  // namespace

Complaint missing_table_name(const Json& input)
{
  return member_of(input, "TableName") == nullptr ? Complaint("The parameter 'TableName' is required but was not present in the request")
                                                  : std::nullopt;
}

OperationTable table_operations()
{
  return {{"CreateTable", {create_table, create_table_input(), missing_table_name}},
          {"DescribeTable", {describe_table, table_name_input("DescribeTableInput"), missing_table_name}},
          {"DeleteTable", {delete_table, table_name_input("DeleteTableInput"), missing_table_name}},
          {"UpdateTable", {update_table, update_table_input(), missing_table_name}},
          {"ListTables",
           {list_tables, structure("ListTablesInput", {{"Limit", between(integer(), 1, 100)}, {"ExclusiveStartTableName", name()}})}}};
}

}  // namespace davit::aws::local::dynamodb
