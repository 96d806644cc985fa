// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/wire.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace davit::aws::dynamodb {
namespace {

std::string outcome(std::string_view text)
{
  const auto value = attribute_value_from_json(Json::parse(text));
  if (value) {
    return to_json_text(*value);
  }
  return (value.error().kind == WireError::Kind::serialization ? "S: " : "V: ") + value.error().message;
}

TEST(Wire, KeepsAllTenTypes)
{
  for (const auto* text :
       {R"({"S":"a\"\\\n\u0001é"})", R"({"S":""})", R"({"N":"1.5"})", R"({"B":"AAEC/w=="})", R"({"B":""})", R"({"BOOL":false})",
        R"({"NULL":true})", R"({"L":[]})", R"({"L":[{"N":"1"},{"L":[{"S":"x"}]}]})", R"({"M":{}})",
        R"({"M":{"a":{"M":{"b":{"BOOL":true}}},"é":{"S":"y"}}})", R"({"SS":["","a"]})", R"({"NS":["-1","2"]})", R"({"BS":["","AA=="]})"}) {
    EXPECT_EQ(outcome(text), text);
  }
}

TEST(Wire, NormalisesNumbersAndSets)
{
  EXPECT_EQ(outcome(R"({"N":"1e3"})"), R"({"N":"1000"})");
  EXPECT_EQ(outcome(R"({"NS":["3","1.0","2"]})"), R"({"NS":["1","2","3"]})");
  EXPECT_EQ(outcome(R"({"BOOL":"No"})"), R"({"BOOL":false})");
  EXPECT_EQ(outcome(R"({"NULL":"1"})"), R"({"NULL":true})");
  EXPECT_EQ(outcome(R"({"S":"a","unknown":{},"N":null})"), R"({"S":"a"})");
}

TEST(Wire, RefusesInTheServicesWords)
{
  EXPECT_EQ(outcome(R"({})"), "V: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  EXPECT_EQ(outcome(R"({"S":"a","N":"1"})"),
            "V: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  for (const auto* text : {R"({"NULL":false})", R"({"NULL":"no"})"}) {
    EXPECT_EQ(outcome(text), "V: One or more parameter values were invalid: Null attribute value types must have the value of true");
  }
  EXPECT_EQ(outcome(R"({"N":""})"), "V: The parameter cannot be converted to a numeric value");
  EXPECT_EQ(outcome(R"({"N":"b"})"), "V: The parameter cannot be converted to a numeric value: b");
  EXPECT_EQ(outcome(R"({"SS":[]})"), "V: One or more parameter values were invalid: An string set  may not be empty");
  EXPECT_EQ(outcome(R"({"SS":["a","b","a"]})"),
            "V: One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.");
  EXPECT_EQ(outcome(R"({"NS":["1","1.0"]})"), "V: Input collection contains duplicates");
  EXPECT_EQ(outcome(R"({"BS":["Yg==","Yg=="]})"),
            "V: One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS contains duplicates.");
  EXPECT_TRUE(outcome(R"({"SS":["a",null]})").starts_with("V: "));
}

TEST(Wire, HasNewerWordsForSomeErrors)
{
  const auto newer = [](std::string_view text) { return attribute_value_from_json(Json::parse(text)).error().newer_message; };
  EXPECT_EQ(newer(R"({"N":""})"), "The parameter cannot be converted to a numeric value: ");
  EXPECT_EQ(newer(R"({"N":"b"})"), "");
  EXPECT_EQ(newer(R"({"N":"1e126"})"), "");
  EXPECT_EQ(newer(R"({"N":"1e2147483647"})"), "Number overflow. Attempting to store a number with magnitude larger than supported range");
  EXPECT_EQ(outcome(R"({"N":"1e2147483647"})"),
            "V: Number underflow. Attempting to store a number with magnitude smaller than supported range");
  EXPECT_EQ(newer(R"({"SS":["b","a","b"]})"),
            R"(One or more parameter values were invalid: Input collection ["a", "b", "b"] contains duplicates.)");
  EXPECT_EQ(newer(R"({"NS":["1","1.0"]})"), "One or more parameter values were invalid: Input collection contains duplicates.");
  EXPECT_EQ(newer(R"({"BS":["Yg==","Yg=="]})"),
            R"(One or more parameter values were invalid: Input collection ["Yg==","Yg=="]of type BS contains duplicates.)");
}

TEST(Wire, TellsWronglyTypedMembersApart)
{
  EXPECT_EQ(outcome(R"({"N":123})"), "S: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(outcome(R"({"S":1.5})"), "S: DECIMAL_VALUE cannot be converted to String");
  EXPECT_EQ(outcome(R"({"S":true})"), "S: TRUE_VALUE cannot be converted to String");
  EXPECT_EQ(outcome(R"({"S":[]})"), "S: Unrecognized collection type class java.lang.String");
  EXPECT_EQ(outcome(R"({"S":{}})"), "S: Start of structure or map found where not expected");
  EXPECT_EQ(outcome(R"({"B":"abc"})"), "S: Base64 encoded length is expected a multiple of 4 bytes but found: 3");
  EXPECT_EQ(outcome(R"({"L":{}})"), "S: Start of structure or map found where not expected");
  EXPECT_EQ(outcome(R"({"L":[{"M":{"a":{"SS":"x"}}}]})"), "S: Unexpected field type");
  EXPECT_EQ(outcome(R"("text")"), "S: Unexpected value type in payload");
}

TEST(Wire, NamesThePlaceOfTheError)
{
  const auto item = parse_item(R"({"p":{"S":"x"},"tags":{"L":[{"S":"a"},{"M":{"n":{"N":"x1"}}}]}})");
  ASSERT_FALSE(item);
  EXPECT_EQ(item.error().path, "tags[1].n");
}

std::string nested(int levels, std::string_view innermost)
{
  std::string text(innermost);
  for (int i = 0; i < levels; ++i) {
    text = R"({"L":[)" + text + "]}";
  }
  return text;
}

TEST(Wire, NestsTo32Levels)
{
  EXPECT_EQ(outcome(nested(31, R"({"S":"leaf"})")), nested(31, R"({"S":"leaf"})"));
  EXPECT_TRUE(outcome(nested(32, R"({"S":"leaf"})")).starts_with("V: Nesting Levels have exceeded supported limits"));
}

TEST(Wire, SurvivesAbsurdNesting)
{
  const std::size_t levels = 200'000;
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) {
    text += R"({"L":[)";
  }
  for (std::size_t i = 0; i < levels; ++i) {
    text += "]}";
  }
  EXPECT_TRUE(outcome(text).starts_with("V: Nesting Levels"));
  EXPECT_FALSE(parse_item(R"({"a":)" + text + "}"));
}

TEST(Wire, ReadsTheDeepestItem)
{
  const auto item = parse_item(R"({"a":)" + nested(31, R"({"N":"1"})") + "}");
  ASSERT_TRUE(item) << item.error().message;
}

}  // namespace
}  // namespace davit::aws::dynamodb
