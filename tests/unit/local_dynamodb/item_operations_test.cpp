// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/local_dynamodb/service_fixture.hpp"

namespace davit::aws::local::dynamodb {
namespace {

class ItemOperations : public ServiceTest
{
protected:
  void SetUp() override
  {
    ServiceTest::SetUp();
    create(k_hash_table);
    create(k_rich_table);
  }

  Json item(const std::string& key)
  {
    return call("GetItem", R"({"TableName":"hash","Key":{"pk":{"S":")" + key + "\"}}}").value("Item", Json());
  }
};

TEST_F(ItemOperations, PutsGetsAndDeletes)
{
  EXPECT_EQ(call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"},"n":{"N":"1.50"},"l":{"L":[{"M":{}}]}}})"), Json::object());
  EXPECT_EQ(item("a"), Json::parse(R"({"pk":{"S":"a"},"n":{"N":"1.5"},"l":{"L":[{"M":{}}]}})"));
  EXPECT_EQ(call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"}},"ReturnValues":"ALL_OLD"})")["Attributes"]["n"]["N"], "1.5");
  EXPECT_EQ(call("DeleteItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_OLD"})")["Attributes"],
            Json::parse(R"({"pk":{"S":"a"}})"));
  EXPECT_EQ(item("a"), Json());
  EXPECT_EQ(call("DeleteItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_OLD"})"), Json::object());
}

TEST_F(ItemOperations, KeepsItemsOverARestart)
{
  call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"}}})");
  start();
  EXPECT_EQ(item("a"), Json::parse(R"({"pk":{"S":"a"}})"));
}

TEST_F(ItemOperations, ChecksConditions)
{
  const std::string put = R"x({"TableName":"hash","Item":{"pk":{"S":"a"},"v":{"N":"2"}},"ConditionExpression":"attribute_not_exists(pk)")x";
  call("PutItem", put + "}");
  EXPECT_EQ(error("PutItem", put + "}"), "ConditionalCheckFailedException: The conditional request failed");
  const auto refused = send("PutItem", put + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})");
  EXPECT_EQ(Json::parse(refused.body)["Item"]["v"]["N"], "2");
  EXPECT_EQ(Json::parse(refused.body)["__type"], "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException");
}

TEST_F(ItemOperations, ReturnsWhatAnUpdateDid)
{
  const auto update = [this](const std::string& rest) {
    return call("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"u"}},)" + rest + "}");
  };
  EXPECT_EQ(
      update(
          R"("UpdateExpression":"SET a = :v, m = :m","ExpressionAttributeValues":{":v":{"N":"1"},":m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}}},"ReturnValues":"UPDATED_OLD")"),
      Json::object());
  EXPECT_EQ(update(R"("UpdateExpression":"SET m.x = m.x + :v","ExpressionAttributeValues":{":v":{"N":"5"}},"ReturnValues":"UPDATED_NEW")")
                ["Attributes"],
            Json::parse(R"({"m":{"M":{"x":{"N":"6"}}}})"));
  EXPECT_EQ(update(R"("UpdateExpression":"REMOVE m.y","ReturnValues":"UPDATED_OLD")")["Attributes"],
            Json::parse(R"({"m":{"M":{"y":{"N":"2"}}}})"));
  EXPECT_EQ(update(R"("UpdateExpression":"REMOVE m","ReturnValues":"ALL_NEW")")["Attributes"],
            Json::parse(R"({"pk":{"S":"u"},"a":{"N":"1"}})"));
}

TEST_F(ItemOperations, RefusesInTheServicesWords)
{
  EXPECT_EQ(error("PutItem", R"({"TableName":"nope","Item":{"pk":{"S":"a"}}})"), "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(
      error("PutItem", R"({"Item":{"pk":{"S":"a"}}})"),
      "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(
      error("PutItem", R"({"TableName":"","Item":{},"ReturnValues":"X"})"),
      "ValidationException: 1 validation error detected: Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1");
  EXPECT_EQ(
      error(
          "PutItem",
          R"({"TableName":"hash","Item":{"pk":{"S":"a"}},"ReturnConsumedCapacity":"X","ReturnItemCollectionMetrics":"X","ReturnValues":"X"})"),
      "ValidationException: 3 validation errors detected: Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value "
      "set: [INDEXES, TOTAL, NONE]; Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]; "
      "Value 'X' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]");
  EXPECT_EQ(error("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"},"bad":{"SS":[]}}})"),
            "ValidationException: 1 validation error detected: One or more parameter values were invalid: An string set  may not be empty");
  EXPECT_EQ(error("PutItem", R"({"TableName":"hash","Item":{"x":{"S":"a"}}})"),
            "ValidationException: One or more parameter values were invalid: Missing the key pk in the item");
  EXPECT_EQ(error("GetItem", R"({"TableName":"hash","Key":{"pk":{"N":"1"}}})"),
            "ValidationException: The provided key element does not match the schema");
  EXPECT_EQ(error("GetItem", R"({"TableName":23,"Key":{}})"), "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(
      error("UpdateItem",
            R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET pk = :v","ExpressionAttributeValues":{":v":{"S":"b"}}})"),
      "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key");
  EXPECT_EQ(
      error("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET a = :v"})"),
      "ValidationException: 1 validation error detected: Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute "
      "value: :v");
  EXPECT_EQ(
      error("PutItem", R"({"TableName":"rich","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"N":"5"}}})"),
      "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: global");
  EXPECT_EQ(error("PutItem", "[]"), "SerializationException: Start of list found where not expected");
  EXPECT_EQ(error("PutItem", "nonsense"), "SerializationException: ");
  EXPECT_EQ(error("CreateBackup", "{}"), "UnknownOperationException: CreateBackup is not served by the local DynamoDB");
}

TEST_F(ItemOperations, ChargesIndexWrites)
{
  const auto put = [this](const std::string& item) {
    return call("PutItem", R"({"TableName":"rich","ReturnConsumedCapacity":"INDEXES","Item":)" + item + "}")["ConsumedCapacity"];
  };
  const Json first = put(R"({"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"x"},"shown":{"S":"y"},"l":{"B":"AA=="}})");
  EXPECT_EQ(first["CapacityUnits"], 4);
  EXPECT_EQ(first["Table"]["CapacityUnits"], 1);
  EXPECT_EQ(first["LocalSecondaryIndexes"]["local"]["CapacityUnits"], 1);
  EXPECT_EQ(first["GlobalSecondaryIndexes"]["global"]["CapacityUnits"], 1);
  const Json again = put(R"({"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"x"},"shown":{"S":"y"},"l":{"B":"AA=="}})");
  EXPECT_EQ(again["CapacityUnits"], 1);
  EXPECT_FALSE(again.contains("GlobalSecondaryIndexes"));
  const Json moved = put(R"({"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"z"},"shown":{"S":"y"},"l":{"B":"AA=="}})");
  EXPECT_EQ(moved["GlobalSecondaryIndexes"]["global"]["CapacityUnits"], 2);
}

TEST_F(ItemOperations, WritesAndReadsBatches)
{
  EXPECT_EQ(
      call("BatchWriteItem", R"({"RequestItems":{"hash":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}},{"PutRequest":{"Item":{"pk":{"S":"b"}}}}],
                                       "rich":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}}]}})"),
      Json::parse(R"({"UnprocessedItems":{}})"));
  const Json got =
      call("BatchGetItem",
           R"({"RequestItems":{"hash":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"x"}}]},"rich":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"1.0"}}]}}})");
  EXPECT_EQ(got["Responses"]["hash"].size(), 1U);
  EXPECT_EQ(got["Responses"]["rich"].size(), 1U);
  EXPECT_EQ(
      error(
          "BatchWriteItem",
          R"({"RequestItems":{"rich":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"1000"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"N":"1e3"}}}}]}})"),
      "ValidationException: Provided list of item keys contains duplicates");
  EXPECT_EQ(
      error("BatchWriteItem", R"({"RequestItems":{}})"),
      "ValidationException: 1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member must have length "
      "greater than or equal to 1");
  EXPECT_EQ(error("BatchWriteItem", R"({"RequestItems":{"hash":[{"PutRequest":{"Item":{"pk":{"N":"5"}}}}]}})"),
            "ValidationException: The provided key element does not match the schema");
}

TEST_F(ItemOperations, RefusesBatchesInTheServicesOrder)
{
  const std::string one = "ValidationException: 1 validation error detected: ";
  const std::string capacity =
      "Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]";
  const std::string name =
      R"(Value '{"bad!":{"Keys":[{"pk":{"S":"a"}}]}}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must )"
      "have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: "
      "[a-zA-Z0-9_.-]+]";
  const std::string bad_get = R"({"RequestItems":{"bad!":{"Keys":[{"pk":{"S":"a"}}]}})";
  const std::string bad_write = R"({"RequestItems":{"bad!":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}}]})";
  const std::string asked = R"(,"ReturnConsumedCapacity":"X"})";
  EXPECT_EQ(error("BatchGetItem", bad_get + "}"), one + name);
  EXPECT_EQ(error("BatchGetItem", bad_get + asked), "ValidationException: 2 validation errors detected: " + name + "; " + capacity);
  EXPECT_EQ(error("BatchWriteItem", bad_write + asked), one + capacity);
  EXPECT_NE(error("BatchWriteItem", bad_write + "}").find("bOOL=null)}, workloadProfileName=null), deleteRequest=null)]}' at"),
            std::string::npos);
  EXPECT_EQ(
      error("BatchGetItem", R"({"RequestItems":{"hash":{"Keys":[]}}})"),
      one + "Value at 'RequestItems.hash.member.Keys' failed to satisfy constraint: Member must have length greater than or equal to 1");
  EXPECT_EQ(
      error("BatchGetItem", R"({"RequestItems":{"hash":{"Keys":[{"pk":{"S":"a"}}],"ProjectionExpression":"pk"},
                                     "rich":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"1"}}],"AttributesToGet":["pk"]}}})"),
      "ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
      "{AttributesToGet} Expression parameters: {ProjectionExpression}");
}

TEST_F(ItemOperations, TakesNoTableNameOfLessThanThreeCharacters)
{
  const std::string expected =
      "ValidationException: 1 validation error detected: Value 'xx' at 'tableName' failed to satisfy constraint: Member must have length greater "
      "than or equal to 3";
  EXPECT_EQ(error("PutItem", R"({"TableName":"xx","Item":{"pk":{"S":"a"}}})"), expected);
  EXPECT_EQ(error("GetItem", R"({"TableName":"xx","Key":{"pk":{"S":"a"}}})"), expected);
}

TEST_F(ItemOperations, RefusesWhatIsTooLarge)
{
  const auto put = [](std::size_t bytes) {
    return R"({"TableName":"hash","Item":{"pk":{"S":"a"},"p":{"S":")" + std::string(bytes, 'x') + "\"}}}";
  };
  call("PutItem", put(409'600 - 4));
  EXPECT_EQ(error("PutItem", put(409'600 - 3)),
            "ValidationException: 1 validation error detected: Item size has exceeded the maximum allowed size");
}

TEST_F(ItemOperations, MeasuresWhatAnUpdateWrites)
{
  // The item may have 409,600 bytes; the update's own record, 3 bytes and 19 for each write, counts beside what it writes.
  const auto update = [](const std::string& key, std::size_t bytes, const std::string& clauses = "") {
    return R"({"TableName":"hash","Key":{"pk":{"S":")" + key + R"("}},"UpdateExpression":"SET p = :p)" + clauses +
           R"(","ExpressionAttributeValues":{":p":{"S":")" + std::string(bytes, 'x') + "\"}}}";
  };
  const std::string refusal = "ValidationException: Item size to update has exceeded the maximum allowed size";
  const std::string long_key(100, 'k');
  call("UpdateItem", update("K", 409'600 - 23));
  EXPECT_EQ(error("UpdateItem", update("K", 409'600 - 22)), refusal);
  call("UpdateItem", update("K", 409'600 - 25, " REMOVE q"));
  EXPECT_EQ(error("UpdateItem", update("K", 409'600 - 24, " REMOVE q")), refusal);
  // A failing condition is not looked at.
  std::string conditional = update("K", 409'600 - 22);
  conditional.insert(1, R"x("ConditionExpression":"attribute_exists(nope)",)x");
  EXPECT_EQ(error("UpdateItem", conditional), refusal);
  call("UpdateItem", update(long_key, 409'600 - 103));
  EXPECT_EQ(error("UpdateItem", update(long_key, 409'600 - 102)), refusal);
}

TEST_F(ItemOperations, MeasuresAnUpdateByItsClauses)
{
  struct Case {
    std::string clauses;
    std::string values;
    std::size_t charge;  ///< beside SET b = :pad
  };
  const std::string item =
      R"({"TableName":"hash","Item":{"pk":{"S":"K"},"n":{"N":"1"},"c":{"S":"c"},"l":{"L":[{"S":"e"}]},"m":{"M":{"z":{"S":"z"}}},"ss":{"SS":["p","q"]}}})";
  for (const Case& each : std::vector<Case>{
           {", d = m.z", "", 19 + 1 + 1 + 15 + 15},
           {", n = n + :v", R"(,":v":{"N":"1"})", 19 + 1 + 34 + 16 + 2},
           {", n = n - :v", R"(,":v":{"N":"1"})", 19 + 1 + 37 + 16 + 2},
           {", c = if_not_exists(c, :v)", R"(,":v":{"M":{"a":{"S":"1234567890"}}})", 19 + 1 + 39 + 16 + 3 + 1 + 1 + 10},
           {", l = list_append(l, :v)", R"(,":v":{"L":[{"S":"1234567890"}]})", 19 + 1 + 37 + 16 + 3 + 1 + 10},
           {", m.abc = :v", R"(,":v":{"S":"1"})", 19 + 1 + 4 + 3 + 1},
           {", l[10] = :v", R"(,":v":{"S":"1"})", 19 + 1 + 4 + 2 + 1},
           {" ADD ss :v", R"(,":v":{"SS":["1234567890"]})", 19 + 2 + 10},
           {" REMOVE m.z", "", 1 + 1 + 4 + 1},
           {" DELETE ss :v", R"(,":v":{"SS":["q"]})", 1 + 2},
       }) {
    const auto update = [&each](std::size_t padding) {
      return R"({"TableName":"hash","Key":{"pk":{"S":"K"}},"UpdateExpression":"SET b = :pad)" + each.clauses +
             R"(","ExpressionAttributeValues":{":pad":{"S":")" + std::string(padding, 'x') + "\"}" + each.values + "}}";
    };
    const std::size_t most = 409'600 - 3 - 20 - each.charge;
    call("PutItem", item);
    EXPECT_EQ(error("UpdateItem", update(most + 1)), "ValidationException: Item size to update has exceeded the maximum allowed size")
        << each.clauses;
    call("UpdateItem", update(most));
  }
}

TEST_F(ItemOperations, SpeaksInOlderWordsOfRequestsThatTheNewerChecksDoNotRead)
{
  const auto request = [](int levels, const std::string& rest) {
    std::string value = R"({"S":"leaf"})";
    for (int i = 0; i < levels; ++i) {
      value = R"({"M":{"n":)" + value + "}}";
    }
    return R"({"TableName":"absent","Key":{"pk":{"S":"a"}},"ConditionExpression":"d = :v","ExpressionAttributeValues":{":v":)" + value +
           "}" + rest + "}";
  };
  const std::string unknown = R"(,"ReturnValues":"X")";
  const std::string one = "ValidationException: 1 validation error detected: ";
  EXPECT_EQ(error("DeleteItem", request(62, unknown)),
            one + "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]");
  EXPECT_EQ(
      error("DeleteItem", request(63, unknown)),
      one +
          "Value 'X' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
  EXPECT_EQ(error("DeleteItem", request(100, R"(,"ReturnValues":"ALL_NEW")")),
            "ValidationException: ReturnValues can only be ALL_OLD or NONE");
  EXPECT_EQ(
      error("UpdateItem", R"({"TableName":"","ReturnValues":"X","ConditionalOperator":"XOR"})"),
      "ValidationException: 4 validation errors detected: Value '' at 'tableName' failed to satisfy constraint: Member must have length "
      "greater than or equal to 1; Value 'X' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, "
      "UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy enum "
      "value set: [OR, AND]; Value null at 'key' failed to satisfy constraint: Member must not be null");
  const std::string joined =
      R"({"TableName":"absent","Item":{},"Expected":{"a":{"Exists":false},"b":{"Exists":false}},"ConditionalOperator":"XOR"})";
  EXPECT_EQ(error("PutItem", joined), one + "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]");
}

TEST_F(ItemOperations, RefusesWrongIndexKeysBeforeItReads)
{
  const auto refused = [this](const std::string& rest) {
    return error("UpdateItem", R"({"TableName":"rich","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},)" + rest + "}");
  };
  const std::string mismatch =
      "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: global";
  EXPECT_EQ(refused(R"("UpdateExpression":"SET x = nope, g = :v","ExpressionAttributeValues":{":v":{"N":"1"}})"), mismatch);
  EXPECT_EQ(refused(R"("UpdateExpression":"ADD g :v","ExpressionAttributeValues":{":v":{"N":"1"}})"), mismatch);
  EXPECT_EQ(refused(R"x("UpdateExpression":"SET g = if_not_exists(x, :v)","ExpressionAttributeValues":{":v":{"N":"1"}})x"), mismatch);
  EXPECT_EQ(refused(R"("UpdateExpression":"SET g = sk + :v","ExpressionAttributeValues":{":v":{"N":"1"}})"), mismatch);
  EXPECT_EQ(refused(R"("AttributeUpdates":{"g":{"Action":"PUT","Value":{"N":"1"}}})"), mismatch);
  call("PutItem", R"({"TableName":"rich","Item":{"pk":{"S":"a"},"sk":{"N":"1"}}})");
  EXPECT_EQ(refused(R"("UpdateExpression":"SET g = sk")"),
            "ValidationException: The update expression attempted to update the secondary index key to unsupported type");
}

TEST_F(ItemOperations, LooksIntoNoKey)
{
  const std::string words =
      "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";
  const std::string condition = R"x(,"ConditionExpression":"attribute_exists(pk.x)"})x";
  EXPECT_EQ(error("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"}})" + condition), words + "Key: pk");
  EXPECT_EQ(error("UpdateItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}})" + condition), words + "Key: pk");
  EXPECT_EQ(error("DeleteItem", R"({"TableName":"hash","Key":{"pk":{"S":"a"}})" + condition), words + "Key: pk");
}

TEST_F(ItemOperations, SurvivesAbsurdNesting)
{
  std::string value;
  for (int i = 0; i < 200'000; ++i) {
    value += R"({"":)";
  }
  value += "{}" + std::string(200'000, '}');
  EXPECT_GE(send("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"x"},"a":)" + value + "}}").status, 400);
  EXPECT_GE(send("PutItem", std::string(500'000, '[')).status, 400);
  EXPECT_GE(send("PutItem", value).status, 400);
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
