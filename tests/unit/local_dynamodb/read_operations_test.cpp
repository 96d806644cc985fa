// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "tests/unit/local_dynamodb/service_fixture.hpp"

namespace davit::aws::local::dynamodb {
namespace {

class ReadOperations : public ServiceTest
{
protected:
  void SetUp() override
  {
    ServiceTest::SetUp();
    create(k_hash_table);
    create(k_rich_table);
    for (int i = -3; i <= 6; ++i) {
      call(
          "PutItem",
          fmt::format(
              R"({{"TableName":"rich","Item":{{"pk":{{"S":"p"}},"sk":{{"N":"{}"}},"g":{{"S":"{}"}},"shown":{{"S":"s"}},"hidden":{{"S":"h"}},"l":{{"B":"{}"}}}}}})",
              i, i % 2 == 0 ? "even" : "odd", i % 2 == 0 ? "AA==" : "/w=="));
    }
  }

  /// The sort keys that a query finds.
  std::string query(const std::string& rest)
  {
    std::string out;
    const Json answer = call("Query", R"({"TableName":"rich",)" + rest + "}");
    for (const auto& item : answer["Items"]) {
      out += (out.empty() ? "" : " ") + item["sk"]["N"].get<std::string>();
    }
    return out;
  }

  std::string by_sort(const std::string& condition, const std::string& more = "")
  {
    std::string values = R"(":p":{"S":"p"})";
    for (const auto* value : {"-2", "1", "3"}) {
      const std::string name = value[0] == '-' ? std::string(":m2") : std::string(":n") + value;
      if (condition.find(name) != std::string::npos) {
        values += fmt::format(R"(,"{}":{{"N":"{}"}})", name, value);
      }
    }
    return query(R"("KeyConditionExpression":"pk = :p)" + condition + R"(","ExpressionAttributeValues":{)" + values + "}" + more);
  }
};

TEST_F(ReadOperations, QueriesRangesOfNumbersInOrder)
{
  EXPECT_EQ(by_sort(""), "-3 -2 -1 0 1 2 3 4 5 6");
  EXPECT_EQ(by_sort("", R"(,"ScanIndexForward":false)"), "6 5 4 3 2 1 0 -1 -2 -3");
  EXPECT_EQ(by_sort(" AND sk = :n1"), "1");
  EXPECT_EQ(by_sort(" AND sk < :m2"), "-3");
  EXPECT_EQ(by_sort(" AND sk <= :m2"), "-3 -2");
  EXPECT_EQ(by_sort(" AND sk > :n3"), "4 5 6");
  EXPECT_EQ(by_sort(" AND :n3 <= sk"), "3 4 5 6");
  EXPECT_EQ(by_sort(" AND sk BETWEEN :m2 AND :n1"), "-2 -1 0 1");
}

TEST_F(ReadOperations, PagesInBothDirections)
{
  for (const bool forward : {true, false}) {
    std::string seen;
    std::string start;
    for (int page = 0; page < 20; ++page) {
      const Json answer = call(
          "Query",
          fmt::format(
              R"({{"TableName":"rich","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{{":p":{{"S":"p"}}}},"Limit":3,"ScanIndexForward":{}{}}})",
              forward, start));
      for (const auto& item : answer["Items"]) {
        seen += item["sk"]["N"].get<std::string>() + " ";
      }
      if (!answer.contains("LastEvaluatedKey")) {
        break;
      }
      start = R"(,"ExclusiveStartKey":)" + answer["LastEvaluatedKey"].dump();
    }
    EXPECT_EQ(seen, forward ? "-3 -2 -1 0 1 2 3 4 5 6 " : "6 5 4 3 2 1 0 -1 -2 -3 ");
  }
}

TEST_F(ReadOperations, ReadsIndexes)
{
  const Json odd =
      call("Query",
           R"({"TableName":"rich","IndexName":"global","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"odd"}}})");
  EXPECT_EQ(odd["Count"], 5);
  EXPECT_EQ(odd["Items"][0].size(), 4U) << "keys and what the index includes";
  EXPECT_EQ(
      query(
          R"x("IndexName":"local","KeyConditionExpression":"pk = :p AND begins_with(l, :l)","ExpressionAttributeValues":{":p":{"S":"p"},":l":{"B":"/w=="}})x"),
      "-3 -1 1 3 5");
  const Json whole = call(
      "Query",
      R"({"TableName":"rich","IndexName":"local","Select":"ALL_ATTRIBUTES","Limit":1,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}})");
  EXPECT_EQ(whole["Items"][0]["hidden"]["S"], "h");
  EXPECT_EQ(whole["LastEvaluatedKey"].size(), 3U);
  const Json fetched = call(
      "Query",
      R"({"TableName":"rich","IndexName":"local","Select":"ALL_ATTRIBUTES","ReturnConsumedCapacity":"INDEXES","ConsistentRead":true,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}})");
  EXPECT_EQ(fetched["ConsumedCapacity"]["Table"]["CapacityUnits"], 10.0) << "each of the ten items on its own";
  EXPECT_EQ(fetched["ConsumedCapacity"]["CapacityUnits"], 11.0);
  EXPECT_EQ(
      query(
          R"("IndexName":"multi","KeyConditionExpression":"g = :g AND pk = :p AND sk > :n","ExpressionAttributeValues":{":g":{"S":"even"},":p":{"S":"p"},":n":{"N":"1"}})"),
      "2 4 6");
  EXPECT_EQ(
      error(
          "Query",
          R"({"TableName":"rich","IndexName":"multi","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"even"}}})"),
      "ValidationException: HASH key attributes pk must have equality conditions specified in the query");
}

TEST_F(ReadOperations, KeepsIndexesUpToDate)
{
  call("UpdateItem", R"({"TableName":"rich","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},"UpdateExpression":"REMOVE g"})");
  call("DeleteItem", R"({"TableName":"rich","Key":{"pk":{"S":"p"},"sk":{"N":"3"}}})");
  const Json odd = call(
      "Scan", R"({"TableName":"rich","IndexName":"global","FilterExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"odd"}}})");
  EXPECT_EQ(odd["Count"], 3);
  EXPECT_EQ(odd["ScannedCount"], 8);
}

TEST_F(ReadOperations, FiltersAfterCounting)
{
  const Json answer = call(
      "Query",
      R"({"TableName":"rich","KeyConditionExpression":"pk = :p","FilterExpression":"g = :g","Limit":4,"ExpressionAttributeValues":{":p":{"S":"p"},":g":{"S":"odd"}}})");
  EXPECT_EQ(answer["Count"], 2);
  EXPECT_EQ(answer["ScannedCount"], 4);
  EXPECT_EQ(answer["LastEvaluatedKey"]["sk"]["N"], "0");
  EXPECT_FALSE(
      call("Query",
           R"({"TableName":"rich","Select":"COUNT","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}})")
          .contains("Items"));
}

TEST_F(ReadOperations, ScansInSegmentsWithoutOverlap)
{
  for (int i = 0; i < 200; ++i) {
    call("PutItem", fmt::format(R"({{"TableName":"hash","Item":{{"pk":{{"S":"k{}"}}}}}})", i));
  }
  std::multiset<std::string> seen;
  int used = 0;
  for (int segment = 0; segment < 7; ++segment) {
    std::string start;
    int here = 0;
    while (true) {
      const Json answer =
          call("Scan", fmt::format(R"({{"TableName":"hash","Limit":10,"Segment":{},"TotalSegments":7{}}})", segment, start));
      for (const auto& item : answer["Items"]) {
        seen.insert(item["pk"]["S"].get<std::string>());
        ++here;
      }
      if (!answer.contains("LastEvaluatedKey")) {
        break;
      }
      start = R"(,"ExclusiveStartKey":)" + answer["LastEvaluatedKey"].dump();
    }
    used += here > 0 ? 1 : 0;
  }
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 200U);
  EXPECT_EQ(used, 7);
}

TEST_F(ReadOperations, EndsAPageAtOneMegabyte)
{
  for (int i = 0; i < 20; ++i) {
    call("PutItem", fmt::format(R"({{"TableName":"hash","Item":{{"pk":{{"S":"k{}"}},"p":{{"S":"{}"}}}}}})", i, std::string(60'000, 'x')));
  }
  const Json answer = call("Scan", R"({"TableName":"hash","ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(answer["Count"], 18);
  EXPECT_TRUE(answer.contains("LastEvaluatedKey"));
  EXPECT_EQ(answer["ConsumedCapacity"]["CapacityUnits"], 132.0);
}

TEST_F(ReadOperations, RefusesInTheServicesWords)
{
  const auto query_error = [this](const std::string& rest) { return error("Query", R"({"TableName":"rich",)" + rest + "}"); };
  EXPECT_EQ(query_error(R"("KeyConditionExpression":"sk = :v","ExpressionAttributeValues":{":v":{"N":"1"}})"),
            "ValidationException: Query condition missed key schema element: pk");
  EXPECT_EQ(query_error(R"("KeyConditionExpression":"pk = :v AND extra = :v","ExpressionAttributeValues":{":v":{"S":"1"}})"),
            "ValidationException: Query condition missed key schema element: sk");
  EXPECT_EQ(query_error(R"("KeyConditionExpression":"pk = :v OR sk = :v","ExpressionAttributeValues":{":v":{"S":"1"}})"),
            "ValidationException: Invalid operator used in KeyConditionExpression: OR");
  EXPECT_EQ(
      query_error(R"("KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":"1"}},"Limit":0)"),
      "ValidationException: 1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1");
  EXPECT_EQ(query_error(R"("IndexName":"nope","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":"1"}})"),
            "ValidationException: The table does not have the specified index: nope");
  EXPECT_EQ(query_error(R"("KeyConditionExpression":"pk = :v","FilterExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":"1"}})"),
            "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: pk");
  EXPECT_EQ(
      query_error(
          R"("IndexName":"global","KeyConditionExpression":"g = :v","FilterExpression":"b = :v AND a.x = :v AND shown = :v","ExpressionAttributeValues":{":v":{"S":"1"}})"),
      "ValidationException: One or more parameter values were invalid: Secondary index global does not project one or more filter attributes: [a, b]");
  EXPECT_EQ(
      query_error(R"("KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":")" + std::string(2049, 'x') + "\"}}"),
      "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");
  EXPECT_EQ(
      error("Scan", R"({"TableName":"rich","Segment":5,"TotalSegments":5})"),
      "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5");
  EXPECT_EQ(
      error("Scan", R"({"TableName":"rich","IndexName":"global","Select":"ALL_ATTRIBUTES"})"),
      "ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index global because "
      "its projection type is not ALL");
  EXPECT_EQ(
      error(
          "Query",
          R"({"TableName":"rich","Select":"COUNT","ProjectionExpression":"a","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":"1"}}})"),
      "ValidationException: Cannot specify the ProjectionExpression when choosing to get only the Count");
}

TEST_F(ReadOperations, CountsTheKeyConditions)
{
  const auto refused = [this](const std::string& target, const std::string& condition) {
    const std::string body = fmt::format(R"({{"TableName":"rich"{},"KeyConditionExpression":"{}"}})", target, condition);
    Json request = Json::parse(body);
    for (const char* name : {":a", ":b", ":c", ":d", ":e"}) {
      if (condition.find(name) != std::string::npos) {
        request["ExpressionAttributeValues"][name]["S"] = "x";
      }
    }
    return error("Query", request.dump());
  };
  const std::string multi = R"(,"IndexName":"multi")";
  EXPECT_EQ(refused("", "pk = :a AND sk > :b AND sk < :c"),
            "ValidationException: Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
  EXPECT_EQ(refused("", "pk = :a AND sk = :b AND x = :c"),
            "ValidationException: The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)");
  EXPECT_EQ(refused(multi, "g = :a AND pk = :b AND sk = :c AND x = :d"),
            "ValidationException: The number of query conditions (4) exceeds the number of key attributes defined in the schema (3)");
  EXPECT_EQ(refused(multi, "x = :a"),
            "ValidationException: HASH key attributes g, pk must have equality conditions specified in the query");
}

TEST_F(ReadOperations, ChecksAStartKeyAttributeByAttribute)
{
  const std::string invalid = "ValidationException: The provided starting key is invalid";
  const std::string mismatch = "The provided key element does not match the schema";
  const auto query_error = [this](const std::string& condition, const std::string& start) {
    return error("Query", R"({"TableName":"rich","ExpressionAttributeValues":{":v":{"S":"p"}},"ExclusiveStartKey":{)" + start +
                              R"(},"KeyConditionExpression":)" + condition + "}");
  };
  const auto scan_error = [this](const std::string& rest, const std::string& start) {
    return error("Scan", R"({"TableName":"rich",)" + rest + R"("ExclusiveStartKey":{)" + start + "}}");
  };
  const std::string others = R"("x":{"S":"x"},"y":{"S":"y"},)";
  EXPECT_EQ(query_error(R"("x = :v")", R"("pk":{"S":"p"},"x":{"S":"x"})"),
            "ValidationException: Query condition missed key schema element: pk");
  EXPECT_EQ(query_error(R"("pk = :v")", R"("pk":{"S":"p"},"x":{"S":"x"})"), invalid);
  EXPECT_EQ(query_error(R"("pk = :v")", others + R"("pk":{"S":"p"})"), invalid);
  EXPECT_EQ(query_error(R"("pk = :v")", R"("pk":{"N":"1"},"x":{"S":"x"})"), "ValidationException: " + mismatch);
  EXPECT_EQ(query_error(R"("g = :v","IndexName":"global")", others + R"("g":{"S":"p"})"), invalid + ": " + mismatch);
  EXPECT_EQ(query_error(R"("x = :v AND y = :v","IndexName":"global")", others + R"("g":{"S":"p"})"),
            "ValidationException: Query key condition not supported");
  EXPECT_EQ(scan_error("", R"("pk":{"S":"p"},"x":{"S":"x"})"), invalid + ": " + mismatch);
  EXPECT_EQ(scan_error(R"("IndexName":"global",)", R"("g":{"S":"p"})"), invalid);
  EXPECT_EQ(scan_error(R"("IndexName":"global",)", others + R"("g":{"N":"1"})"), "ValidationException: " + mismatch);
  EXPECT_TRUE(scan_error(R"("IndexName":"global","Select":"ALL_ATTRIBUTES",)", others + R"("g":{"S":"p"})").ends_with("is not ALL"));
}

TEST_F(ReadOperations, MissesAProjectionInTheWordsOfTheLayer)
{
  const std::string specific = "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";
  EXPECT_EQ(error("Query", R"({"TableName":"rich","Select":"SPECIFIC_ATTRIBUTES","KeyConditionExpression":"pk = :v",
                               "ExpressionAttributeValues":{":v":{"S":"p"}}})"),
            "ValidationException: 1 validation error detected: " + specific);
  EXPECT_EQ(error("Scan", R"({"TableName":"rich","Select":"SPECIFIC_ATTRIBUTES"})"), "ValidationException: " + specific);
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
