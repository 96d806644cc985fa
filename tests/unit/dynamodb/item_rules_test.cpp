// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "aws/dynamodb/item_size.hpp"
#include "aws/dynamodb/key_schema.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {
namespace {

std::size_t size_of(std::string_view text)
{
  return item_size(parse_item(text).value());
}

TEST(ItemSize, CountsNamesAndValuesInUtf8)
{
  EXPECT_EQ(size_of(R"({"a":{"S":"bc"}})"), 3U);
  EXPECT_EQ(size_of(R"({"é":{"S":"é"}})"), 4U);
  EXPECT_EQ(size_of(R"({"a":{"B":"AAEC"}})"), 4U);
  EXPECT_EQ(size_of(R"({"a":{"BOOL":true},"b":{"NULL":true}})"), 4U);
  EXPECT_EQ(size_of(R"({"a":{"SS":["x","yz"]}})"), 4U);
}

TEST(ItemSize, CountsPairsOfDigits)
{
  const auto number = [](std::string_view text) { return value_size(AttributeValue(*Number::parse(text))); };
  EXPECT_EQ(number("0"), 1U);
  EXPECT_EQ(number("1"), 2U);
  EXPECT_EQ(number("-1"), 3U);
  EXPECT_EQ(number("12"), 2U);
  EXPECT_EQ(number("123"), 3U);
  EXPECT_EQ(number("0.12"), 2U);
  EXPECT_EQ(number("1.2"), 3U);
  EXPECT_EQ(number("12345678901234567890123456789012345678"), 20U);
}

TEST(ItemSize, CountsDocuments)
{
  EXPECT_EQ(size_of(R"({"a":{"L":[]}})"), 4U);
  EXPECT_EQ(size_of(R"({"a":{"L":[{"S":"x"},{"S":"y"}]}})"), 8U);
  EXPECT_EQ(size_of(R"({"a":{"M":{"bc":{"S":"x"}}}})"), 8U);
}

const KeySchema k_key{.partition = {{"p", AttributeType::string}}, .sort = {{"s", AttributeType::number}}};

std::string refused_item(std::string_view text)
{
  return refusal_of_item(parse_item(text).value(), k_key).value_or("");
}

std::string refused_key(std::string_view text)
{
  return refusal_of_key(parse_item(text).value(), k_key).value_or("");
}

TEST(KeySchema, ChecksItems)
{
  EXPECT_EQ(refused_item(R"({"p":{"S":"x"},"s":{"N":"1"},"more":{"S":""}})"), "");
  EXPECT_EQ(refused_item(R"({"p":{"S":"x"}})"), "One or more parameter values were invalid: Missing the key s in the item");
  EXPECT_EQ(refused_item(R"({"p":{"S":"x"},"s":{"S":"1"}})"),
            "One or more parameter values were invalid: Type mismatch for key s expected: N actual: S");
  EXPECT_EQ(
      refused_item(R"({"p":{"S":""},"s":{"N":"1"}})"),
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: p");
  EXPECT_EQ(refused_item(R"({"s":{"N":"1"},"p":{"S":")" + std::string(2048, 'x') + "\"}}"), "");
  EXPECT_NE(refused_item(R"({"s":{"N":"1"},"p":{"S":")" + std::string(2049, 'x') + "\"}}"), "");
}

TEST(KeySchema, ChecksKeys)
{
  EXPECT_EQ(refused_key(R"({"p":{"S":"x"},"s":{"N":"1"}})"), "");
  EXPECT_EQ(refused_key(R"({"p":{"S":"x"}})"), "The provided key element does not match the schema");
  EXPECT_EQ(refused_key(R"({"p":{"S":"x"},"s":{"N":"1"},"t":{"N":"1"}})"), "The provided key element does not match the schema");
  EXPECT_EQ(refused_key(R"({"p":{"S":"x"},"s":{"S":"1"}})"), "The provided key element does not match the schema");
}

}  // namespace
}  // namespace davit::aws::dynamodb
