// SPDX-License-Identifier: Apache-2.0
#include <array>

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
  const std::vector<std::array<std::string, 3>> complaints{
      {R"({"N":"1x"})", "The parameter cannot be converted to a numeric value: 1x",
       "The parameter cannot be converted to a numeric value: 1x"},
      {R"({"N":""})", "The parameter cannot be converted to a numeric value: ", "The parameter cannot be converted to a numeric value"},
      {R"({"NS":["1","1.0"]})", "One or more parameter values were invalid: Input collection contains duplicates.",
       "Input collection contains duplicates"},
      {R"({"SS":["a","b","a"]})", R"(One or more parameter values were invalid: Input collection ["a", "b", "a"] contains duplicates.)",
       "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates."}};
  for (const auto& [value, newer, older] : complaints) {
    EXPECT_EQ(refused("Query", query, value), "ValidationException: " + newer);
    EXPECT_EQ(refused("DeleteItem", condition, value), "ValidationException: 1 validation error detected: " + newer);
    EXPECT_EQ(refused("Scan", scan, value),
              "ValidationException: ExpressionAttributeValues contains invalid value: " + older + " for key :v");
  }
  EXPECT_NE(refused("Query", query, "{}").find(" for key :v"), std::string::npos);
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
