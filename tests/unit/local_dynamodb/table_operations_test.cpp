// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/local_dynamodb/service_fixture.hpp"

namespace davit::aws::local::dynamodb {
namespace {

class TableOperations : public ServiceTest
{
protected:
  std::string status(const std::string& name)
  {
    const auto response = send("DescribeTable", R"({"TableName":")" + name + "\"}");
    return response.status == 200 ? Json::parse(response.body)["Table"]["TableStatus"].get<std::string>() : "none";
  }
};

TEST_F(TableOperations, TablesComeAndGo)
{
  const Json created = call("CreateTable", k_rich_table)["TableDescription"];
  EXPECT_EQ(created["TableStatus"], "CREATING");
  EXPECT_EQ(created["TableArn"], "arn:aws:dynamodb:us-east-1:000000000000:table/rich");
  EXPECT_EQ(created["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
  EXPECT_EQ(created["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING");
  EXPECT_EQ(error("PutItem", R"({"TableName":"rich","Item":{"pk":{"S":"a"},"sk":{"N":"1"}}})"),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(error("CreateTable", k_rich_table), "ResourceInUseException: Table already exists: rich");
  EXPECT_EQ(error("DeleteTable", R"({"TableName":"rich"})"),
            "ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: rich");
  now += std::chrono::milliseconds(200);
  EXPECT_EQ(status("rich"), "ACTIVE");
  call("PutItem", R"({"TableName":"rich","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"x"}}})");
  const Json described = call("DescribeTable", R"({"TableName":"rich"})")["Table"];
  EXPECT_EQ(described["ItemCount"], 1);
  EXPECT_EQ(described["TableId"], created["TableId"]);
  EXPECT_EQ(described["GlobalSecondaryIndexes"][0]["ItemCount"], 1);
  const Json deleted = call("DeleteTable", R"({"TableName":"rich"})")["TableDescription"];
  EXPECT_EQ(deleted["TableStatus"], "DELETING");
  EXPECT_EQ(status("rich"), "DELETING");
  EXPECT_EQ(error("GetItem", R"({"TableName":"rich","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}})"),
            "ResourceNotFoundException: Requested resource not found");
  now += std::chrono::milliseconds(200);
  EXPECT_EQ(error("DescribeTable", R"({"TableName":"rich"})"),
            "ResourceNotFoundException: Requested resource not found: Table: rich not found");
  create(k_rich_table);
  EXPECT_EQ(call("Scan", R"({"TableName":"rich"})")["Count"], 0);
  start();
  EXPECT_EQ(status("rich"), "ACTIVE");
}

TEST_F(TableOperations, LieByAccountAndRegion)
{
  create(k_hash_table);
  caller.region = "eu-west-1";
  EXPECT_EQ(call("ListTables", "{}")["TableNames"].size(), 0U);
  create(k_hash_table);
  call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"eu"}}})");
  caller.region = "us-east-1";
  EXPECT_EQ(call("Scan", R"({"TableName":"hash"})")["Count"], 0);
  caller.account_id = "111111111111";
  EXPECT_EQ(status("hash"), "none");
}

TEST_F(TableOperations, ListsInPages)
{
  for (const char* name : {"bbb", "aaa", "ccc"}) {
    std::string definition = k_hash_table;
    create(definition.replace(definition.find("\"hash\""), 6, std::string("\"") + name + "\""));
  }
  EXPECT_EQ(call("ListTables", R"({"Limit":2})"), Json::parse(R"({"TableNames":["aaa","bbb"],"LastEvaluatedTableName":"bbb"})"));
  EXPECT_EQ(call("ListTables", R"({"ExclusiveStartTableName":"bbb"})"), Json::parse(R"({"TableNames":["ccc"]})"));
}

TEST_F(TableOperations, FillsANewIndex)
{
  create(k_hash_table);
  call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"},"n":{"N":"1"}}})");
  call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"b"},"n":{"S":"no number"}}})");
  call("UpdateTable",
       R"({"TableName":"hash","AttributeDefinitions":[{"AttributeName":"n","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{
                          "IndexName":"by-n","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}]})");
  now += std::chrono::seconds(1);
  EXPECT_EQ(call("Scan", R"({"TableName":"hash","IndexName":"by-n"})")["Count"], 1);
  call("UpdateTable", R"({"TableName":"hash","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-n"}}]})");
  now += std::chrono::seconds(1);
  const Json described = call("DescribeTable", R"({"TableName":"hash"})")["Table"];
  EXPECT_FALSE(described.contains("GlobalSecondaryIndexes"));
  EXPECT_EQ(described["AttributeDefinitions"].size(), 1U);
}

TEST_F(TableOperations, LeavesOutOfANewIndexWhatCannotBeItsKey)
{
  create(k_hash_table);
  for (const std::size_t length : {0, 1, 1024, 1025, 2048, 2049}) {
    call("PutItem",
         R"({"TableName":"hash","Item":{"pk":{"S":")" + std::to_string(length) + R"("},"x":{"S":")" + std::string(length, 'x') + "\"}}}");
  }
  const auto count = [this](const std::string& name, const std::string& schema) {
    call(
        "UpdateTable",
        R"({"TableName":"hash","AttributeDefinitions":[{"AttributeName":"x","AttributeType":"S"},{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"spare","AttributeType":"S"}],
             "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":")" +
            name + R"(","KeySchema":[)" + schema + R"(],"Projection":{"ProjectionType":"KEYS_ONLY"}}}]})");
    now += std::chrono::seconds(1);
    return call("Scan", R"({"TableName":"hash","Select":"COUNT","IndexName":")" + name + "\"}")["Count"];
  };
  EXPECT_EQ(count("partition", R"({"AttributeName":"x","KeyType":"HASH"})"), 4);
  EXPECT_EQ(count("sort", R"({"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"x","KeyType":"RANGE"})"), 2);
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"hash"})")["Table"]["AttributeDefinitions"].size(), 2U);
}

TEST_F(TableOperations, ChangesOneIndexAtATime)
{
  create(k_hash_table);
  const auto make = [](const std::string& name, const std::string& projection = R"({"ProjectionType":"ALL"})") {
    return R"({"Create":{"IndexName":")" + name + R"(","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"Projection":)" + projection +
           "}}";
  };
  const auto update = [this](const std::string& changes) {
    return error(
        "UpdateTable",
        R"({"TableName":"hash","AttributeDefinitions":[{"AttributeName":"n","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[)" +
            changes + "]}");
  };
  const std::string refusal =
      "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
  EXPECT_EQ(update(make("one") + "," + make("two")), refusal);
  EXPECT_EQ(update(make("one") + R"(,{"Delete":{"IndexName":"two"}})"), refusal);
  EXPECT_EQ(
      update(
          R"({"Delete":{"IndexName":"one"},"Update":{"IndexName":"two","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}})"),
      "ValidationException: One or more parameter values were invalid: Only one global secondary index action is allowed per "
      "GlobalSecondaryIndexUpdate object");
  EXPECT_EQ(
      error("UpdateTable",
            R"({"TableName":"hash","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[
                {"Create":{"IndexName":"one","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}]})"),
      "ValidationException: One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the same "
      "type as previously defined. Existing schema: Schema:[SchemaElement: key{pk:S:HASH}] New schema: Schema:[SchemaElement: key{pk:N:HASH}]");
  EXPECT_TRUE(update(make("one", R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["a","a"]})")).starts_with("ValidationException: "));
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"hash"})")["Table"].count("GlobalSecondaryIndexes"), 0U);
}

TEST_F(TableOperations, DefinesTheKeyOfANewIndexAnew)
{
  create(k_rich_table);
  const auto update = [this](const std::string& change, const std::string& definitions) {
    return error("UpdateTable", R"({"TableName":"rich","GlobalSecondaryIndexUpdates":[{)" + change + "}]" + definitions + "}");
  };
  const auto make = [](const std::string& name) {
    return R"("Create":{"IndexName":")" + name +
           R"(","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}})";
  };
  const std::string defines_other = R"(,"AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}])";
  EXPECT_EQ(update(make("new"), ""),
            "ValidationException: One or more parameter values were invalid: AttributeDefinitions is not specified for index: new");
  EXPECT_TRUE(update(make("new"), defines_other).starts_with("ValidationException: One or more parameter values were invalid: Some "));
  EXPECT_EQ(update(make("global"), defines_other), "ValidationException: Attempting to create an index which already exists");
  EXPECT_EQ(update(R"("Delete":{"IndexName":"local"})", ""),
            "ValidationException: Cannot delete an index that is not a GlobalSecondaryIndex: local");
}

TEST_F(TableOperations, KeepsSettings)
{
  create(k_hash_table);
  EXPECT_EQ(call("DescribeTimeToLive", R"({"TableName":"hash"})")["TimeToLiveDescription"]["TimeToLiveStatus"], "DISABLED");
  call("UpdateTimeToLive", R"({"TableName":"hash","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}})");
  EXPECT_EQ(error("UpdateTimeToLive", R"({"TableName":"hash","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}})"),
            "ValidationException: TimeToLive is already enabled");
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/hash";
  EXPECT_EQ(error("TagResource", R"({"ResourceArn":")" + arn + R"(","Tags":[{"Key":"k"}]})"),
            "ValidationException: The Tag Value provided is invalid, Value: null");
  EXPECT_EQ(send("TagResource", R"({"ResourceArn":")" + arn + R"(","Tags":[{"Key":"k","Value":"v"}]})").body, "");
  call("UpdateContinuousBackups", R"({"TableName":"hash","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}})");
  start();
  EXPECT_EQ(call("DescribeTimeToLive", R"({"TableName":"hash"})")["TimeToLiveDescription"]["AttributeName"], "ttl");
  EXPECT_EQ(call("ListTagsOfResource", R"({"ResourceArn":")" + arn + "\"}")["Tags"], Json::parse(R"([{"Key":"k","Value":"v"}])"));
  EXPECT_EQ(call("DescribeContinuousBackups",
                 R"({"TableName":"hash"})")["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
            "ENABLED");
}

TEST_F(TableOperations, RefusesInTheServicesWords)
{
  const auto refused = [this](const std::string& definition) { return error("CreateTable", definition); };
  EXPECT_EQ(refused("{}"), "ValidationException: The parameter 'TableName' is required but was not present in the request");
  EXPECT_EQ(
      refused(
          R"({"TableName":"ab","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})"),
      "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3");
  EXPECT_EQ(
      refused(R"({"TableName":"abc","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                        "KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"},{"AttributeName":"c","KeyType":"RANGE"}]})"),
      "ValidationException: 1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), KeySchemaElement(attributeName=b, "
      "keyType=RANGE), KeySchemaElement(attributeName=c, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or "
      "equal to 2");
  EXPECT_EQ(
      refused(R"({"TableName":"abc","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"pk","KeyType":"RANGE"}]})"),
      "ValidationException: Invalid KeySchema: Some index key attribute have no definition");
  const auto index_refused = [&](const std::string& index, const std::string& definition = "") {
    return refused(R"({"TableName":"abc","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
                       {"AttributeName":"a","AttributeType":"S"})" +
                   definition +
                   R"(],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"GlobalSecondaryIndexes":[{"IndexName":"index",)" + index +
                   "}]}");
  };
  const std::string all = R"("Projection":{"ProjectionType":"ALL"},"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)";
  EXPECT_EQ(index_refused(all + R"({"AttributeName":"a","KeyType":"RANGE"},{"AttributeName":"pk","KeyType":"RANGE"}])"),
            "ValidationException: The KeySchema contains multiple key attributes with the same name");
  EXPECT_EQ(
      index_refused(all + R"({"AttributeName":"a","KeyType":"RANGE"},{"AttributeName":"b","KeyType":"HASH"}])",
                    R"(,{"AttributeName":"b","AttributeType":"S"})"),
      "ValidationException: One or more parameter values were invalid: All HASH key attributes must precede RANGE key attributes in the KeySchema");
  EXPECT_EQ(
      index_refused(
          R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x","x"]})"),
      "ValidationException: One or more parameter values were invalid: Duplicate element in NonKeyAttributes: x");
  EXPECT_EQ(
      refused(
          R"({"TableName":"abc","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"X"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})"),
      "ValidationException: 1 validation error detected: Value 'X' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must "
      "satisfy enum value set: [B, N, S]");
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
