// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/local_dynamodb/service_fixture.hpp"

namespace davit::aws::local::dynamodb {
namespace {

class LegacyParameters : public ServiceTest
{
protected:
  void SetUp() override
  {
    ServiceTest::SetUp();
    create(k_hash_table);
    create(k_rich_table);
    call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"},"n":{"N":"5"},"l":{"L":[{"S":"x"}]},"s":{"SS":["a","b"]}}})");
    for (const char* number : {"1", "2", "3"}) {
      call("PutItem",
           std::string(R"({"TableName":"rich","Item":{"pk":{"S":"p"},"sk":{"N":")") + number + R"("},"v":{"N":")" + number + R"("}}})");
    }
  }

  std::string put(const std::string& expected)
  {
    const auto response = send("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"},"n":{"N":"5"}},"Expected":{)" + expected + "}}");
    return response.status == 200 ? "done" : Json::parse(response.body)["message"].get<std::string>();
  }
};

TEST_F(LegacyParameters, ExpectWhatIsThere)
{
  EXPECT_EQ(put(R"("n":{"Value":{"N":"5.0"}})"), "done");
  EXPECT_EQ(put(R"("n":{"Exists":false})"), "The conditional request failed");
  EXPECT_EQ(put(R"("n":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"6"}]})"), "The conditional request failed");
  EXPECT_EQ(put(R"("n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"4"},{"N":"6"}]})"), "done");
  EXPECT_EQ(put(R"("nothing":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"N":"4"}]})"), "The conditional request failed");
  EXPECT_EQ(
      put(R"("n":{})"),
      "1 validation error detected: One or more parameter values were invalid: Value must be provided when Exists is null for Attribute: n");
  EXPECT_EQ(
      put(R"("n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"4"}]})"),
      "1 validation error detected: One or more parameter values were invalid: Invalid number of argument(s) for the BETWEEN ComparisonOperator");
}

TEST_F(LegacyParameters, UpdateAttributes)
{
  const Json after = call("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_NEW","AttributeUpdates":{
      "n":{"Action":"ADD","Value":{"N":"2"}},"l":{"Action":"ADD","Value":{"L":[{"S":"y"}]}},"s":{"Action":"DELETE","Value":{"SS":["a"]}},"p":{"Value":{"S":"put"}}}})");
  EXPECT_EQ(after["Attributes"],
            Json::parse(R"({"pk":{"S":"a"},"n":{"N":"7"},"l":{"L":[{"S":"x"},{"S":"y"}]},"s":{"SS":["b"]},"p":{"S":"put"}})"));
  EXPECT_EQ(
      error("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"AttributeUpdates":{"p":{"Action":"ADD","Value":{"N":"1"}}}})"),
      "ValidationException: Type mismatch for attribute to update");
}

TEST_F(LegacyParameters, QueryAndScan)
{
  const Json found =
      call("Query", R"({"TableName":"rich","KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"p"}]},
      "sk":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"2"}]}},"QueryFilter":{"v":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"2"}]}},"AttributesToGet":["sk"]})");
  EXPECT_EQ(found["Items"], Json::parse(R"([{"sk":{"N":"3"}}])"));
  EXPECT_EQ(call("Scan", R"({"TableName":"rich","ScanFilter":{"v":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"N":"3"}]},
      "x":{"ComparisonOperator":"NOT_NULL"}},"ConditionalOperator":"OR"})")["Count"],
            2);
  EXPECT_EQ(error("Query", R"({"TableName":"rich","KeyConditions":{"pk":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"p"}]}}})"),
            "ValidationException: Attempted conditional constraint is not an indexable operation");
  EXPECT_EQ(error("GetItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"AttributesToGet":["a","a"]})"),
            "ValidationException: One or more parameter values were invalid: Duplicate value in attribute name: a");
}

TEST_F(LegacyParameters, ListAnyNumberOfValues)
{
  std::string values;
  for (int i = 0; i < 2000; ++i) {
    values += R"({"N":")" + std::to_string(i) + R"("},)";
  }
  values += R"({"N":"1"})";
  EXPECT_EQ(
      call("Scan", R"({"TableName":"rich","ScanFilter":{"v":{"ComparisonOperator":"IN","AttributeValueList":[)" + values + "]}}}")["Count"],
      3);
}

TEST_F(LegacyParameters, DoNotMixWithExpressions)
{
  EXPECT_EQ(
      error(
          "PutItem",
          R"x({"TableName":"hash","Item":{"pk":{"S":"a"}},"Expected":{"pk":{"Exists":false}},"ConditionExpression":"attribute_exists(pk)"})x"),
      "ValidationException: 1 validation error detected: Can not use both expression and non-expression parameters in the same request: Non-expression "
      "parameters: {Expected} Expression parameters: {ConditionExpression}");
}

TEST_F(LegacyParameters, JoinTwoConditionsOrMore)
{
  const std::string none = "ConditionalOperator cannot be used without Filter or Expected";
  const std::string one = "ConditionalOperator can only be used when Filter or Expected has two or more elements";
  const std::string exists = R"("a":{"Exists":false})";
  for (const auto& [expected, complaint] : {std::pair(std::string(), none), std::pair(exists, one)}) {
    const std::string body = R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ConditionalOperator":"AND","Expected":{)" + expected + "}}";
    EXPECT_EQ(error("UpdateItem", body), "ValidationException: 1 validation error detected: " + complaint);
  }
  EXPECT_EQ(error("Scan", R"({"TableName":"hash","ConditionalOperator":"OR","ScanFilter":{"a":{"ComparisonOperator":"NULL"}}})"),
            "ValidationException: " + one);
  EXPECT_EQ(
      error("DeleteItem",
            R"x({"TableName":"hash","Key":{"pk":{"S":"a"}},"ConditionalOperator":"OR","ConditionExpression":"attribute_exists(pk)"})x"),
      "ValidationException: 1 validation error detected: Can not use both expression and non-expression parameters in the same request: "
      "Non-expression parameters: {ConditionalOperator} Expression parameters: {ConditionExpression}");
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
