// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/local_dynamodb/service_fixture.hpp"

namespace davit::aws::local::dynamodb {
namespace {

class RequestExpressions : public ServiceTest
{
protected:
  void SetUp() override
  {
    ServiceTest::SetUp();
    create(k_hash_table);
  }

  static std::string request(const std::string& members) { return R"({"TableName":"hash","Key":{"pk":{"S":"a"}},)" + members + "}"; }
};

TEST_F(RequestExpressions, RemoveNothingFromAnItemThatIsNotThere)
{
  for (const char* path : {"x", "x.y", "x[0]", "x[0][1].z, y.z"}) {
    EXPECT_EQ(call("UpdateItem", request(R"("ReturnValues":"ALL_NEW","UpdateExpression":"REMOVE )" + std::string(path) + "\"")),
              Json::object())
        << path;
  }
  EXPECT_EQ(call("Scan", R"({"TableName":"hash"})")["Count"], 0);
  call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"}}})");
  EXPECT_EQ(error("UpdateItem", request(R"("UpdateExpression":"REMOVE x.y")")),
            "ValidationException: The document path provided in the update expression is invalid for update");
}

TEST_F(RequestExpressions, BoundTheLengthOfPlaceholders)
{
  const std::string name = "#" + std::string(255, 'n');
  const std::string value = ":" + std::string(255, 'v');
  const auto named = [](const std::string& key) {
    return request(R"("ProjectionExpression":")" + key + R"(","ExpressionAttributeNames":{")" + key + R"(":"n"})");
  };
  const auto valued = [](const std::string& key) {
    return R"({"TableName":"hash","FilterExpression":"n = )" + key + R"(","ExpressionAttributeValues":{")" + key + R"(":{"S":"x"}}})";
  };
  const std::string too_long = " contains invalid key: The expression attribute map contains a key that is too long;";
  EXPECT_EQ(call("GetItem", named(name.substr(1).replace(0, 1, "#"))), Json::object());
  EXPECT_EQ(call("Scan", valued(value.substr(1).replace(0, 1, ":")))["Count"], 0);
  EXPECT_EQ(error("GetItem", named(name)), "ValidationException: ExpressionAttributeNames" + too_long + " size of key: 256");
  EXPECT_EQ(error("GetItem", named(name + "-")), "ValidationException: ExpressionAttributeNames" + too_long + " size of key: 257");
  EXPECT_EQ(error("Scan", valued(value)), "ValidationException: ExpressionAttributeValues" + too_long);
}

TEST_F(RequestExpressions, NameThePlaceholderOfAFaultyValueInScansOnly)
{
  const auto refused = [this](const std::string& operation, const std::string& members, const std::string& value) {
    return error(operation,
                 R"({"TableName":"hash",)" + members + R"(,"ExpressionAttributeValues":{":v":)" + value + R"(,":p":{"S":"a"}}})");
  };
  const std::string condition = R"("Key":{"pk":{"S":"a"}},"ConditionExpression":"pk = :p AND n = :v")";
  const std::string query = R"("KeyConditionExpression":"pk = :p","FilterExpression":"n = :v")";
  const std::string scan = R"("FilterExpression":"pk = :p AND n = :v")";
  for (const char* value : {R"({"N":"1x"})", R"({"N":"1e126"})", R"({"NS":["1","1.0"]})", R"({"SS":["a","a"]})"}) {
    const std::string bare = refused("Query", query, value);
    EXPECT_EQ(bare.find(":v"), std::string::npos) << bare;
    EXPECT_EQ(refused("DeleteItem", condition, value),
              "ValidationException: 1 validation error detected: " + bare.substr(bare.find(' ') + 1));
    EXPECT_EQ(refused("Scan", scan, value),
              "ValidationException: ExpressionAttributeValues contains invalid value: " + bare.substr(bare.find(' ') + 1) + " for key :v");
  }
  EXPECT_NE(refused("Query", query, "{}").find(" for key :v"), std::string::npos);
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
