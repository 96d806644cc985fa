// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_rules.hpp"

#include <gtest/gtest.h>

#include "aws/dynamodb/item_size.hpp"

namespace davit::aws::dynamodb::format {
namespace {

const TableKeys k_keys{.key = {.partition = {{"pk", AttributeType::string}}, .sort = {{"sk", AttributeType::number}}},
                       .indexes = {{"by-tag", {.partition = {{"tag", AttributeType::string}}, .sort = {{"at", AttributeType::binary}}}}}};

std::string judged(Item item)
{
  std::string out;
  for (const auto& problem : problems_of({.item = std::move(item), .passwords = {}, .problems = {}, .at = {}}, k_keys)) {
    out += std::string(id_of(problem.reason)) + "\n";
  }
  return out;
}

Item with(Item item, const std::string& name, AttributeValue value)
{
  item[name] = std::move(value);
  return item;
}

AttributeValue nested(int levels)
{
  AttributeValue value = "x";
  for (int i = 1; i < levels; ++i) {
    value = i % 2 == 0 ? AttributeValue(List{value}) : AttributeValue(Map{{"m", value}});
  }
  return value;
}

const Item k_good{{"pk", "a"}, {"sk", Number(1)}};

TEST(ItemRules, KeysOfTheTable)
{
  EXPECT_EQ(judged(k_good), "");
  EXPECT_EQ(judged({{"sk", Number(1)}}), "key-missing\n");
  EXPECT_EQ(judged({}), "key-missing\nkey-missing\n");
  EXPECT_EQ(judged(with(k_good, "sk", "1")), "key-type\n");
  EXPECT_EQ(judged(with(k_good, "pk", "")), "key-empty\n");
  EXPECT_EQ(judged(with(k_good, "pk", std::string(2048, 'x'))), "");
  EXPECT_EQ(judged(with(k_good, "pk", std::string(2049, 'x'))), "key-too-long\n");
}

TEST(ItemRules, KeysOfIndexes)
{
  EXPECT_EQ(judged(with(k_good, "tag", "t")), "");
  EXPECT_EQ(judged(with(k_good, "tag", Null{})), "index-key-type\n");
  EXPECT_EQ(judged(with(k_good, "tag", "")), "index-key-empty\n");
  EXPECT_EQ(judged(with(k_good, "at", Binary{})), "index-key-empty\n");
  EXPECT_EQ(judged(with(k_good, "tag", std::string(2049, 'x'))), "index-key-too-long\n");
  EXPECT_EQ(judged(with(k_good, "at", Binary{std::string(1025, 'x')})), "index-key-too-long\n");
  EXPECT_EQ(judged(with(k_good, "at", Binary{std::string(1024, 'x')})), "");
}

TEST(ItemRules, SizeToTheByte)
{
  const Item largest = with(k_good, "v", std::string(k_max_item_size - item_size(k_good) - 1, 'x'));
  EXPECT_EQ(judged(largest), "");
  EXPECT_EQ(judged(with(largest, "v", std::string(k_max_item_size - item_size(k_good), 'x'))), "item-too-large\n");
}

TEST(ItemRules, Depth)
{
  EXPECT_EQ(judged(with(k_good, "v", nested(32))), "");
  EXPECT_EQ(judged(with(k_good, "v", nested(33))), "depth\n");
}

TEST(ItemRules, EveryReasonHasItsOwnIdInItsOwnPlace)
{
  std::set<std::string_view> ids;
  for (const auto& reason : reasons()) {
    EXPECT_EQ(id_of(reason.reason), reason.id);
    EXPECT_TRUE(ids.insert(reason.id).second) << reason.id;
    EXPECT_FALSE(reason.meaning.empty());
  }
}

}  // namespace
}  // namespace davit::aws::dynamodb::format
