// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/json_path.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace davit::commands::workflow::smoke {
namespace {

OrderedJson at(const char* path)
{
  static const OrderedJson document = OrderedJson::parse(R"({"a":{"b":[10,20,{"c d":"x"}]},"$.odd":1,"nothing":null})");
  return JsonPath::parse(path).value().find(document).value_or("absent");
}

TEST(JsonPath, WalksNamesAndIndexes)
{
  EXPECT_EQ(at("$.a.b[0]"), 10);
  EXPECT_EQ(at("$.a.b[-2]"), 20);
  EXPECT_EQ(at("$['a']['b'][2]['c d']"), "x");
  EXPECT_EQ(at("$[\"$.odd\"]"), 1);
  EXPECT_TRUE(at("$.nothing").is_null());
  EXPECT_TRUE(at("$").is_object());
}

TEST(JsonPath, FindsNothingWhereThereIsNothing)
{
  for (const char* path : {"$.x", "$.a.b[3]", "$.a.b[-4]", "$.a[0]", "$.a.b.c", "$.nothing.more"}) {
    EXPECT_EQ(at(path), "absent") << path;
  }
}

TEST(JsonPath, ListsWhatAWildcardNames)
{
  EXPECT_EQ(at("$.a.b[*]"), OrderedJson::parse(R"([10,20,{"c d":"x"}])"));
  EXPECT_EQ(at("$.a.b[*]['c d']"), OrderedJson::parse(R"(["x"])"));
  EXPECT_EQ(at("$.a.*[0]"), OrderedJson::parse("[10]"));
  EXPECT_EQ(at("$.nothing[*]"), OrderedJson::array());
}

TEST(JsonPath, RefusesWhatItCannotRead)
{
  for (const char* path : {"", "a", "$.", "$a", "$.a[", "$.a[1:2]", "$['a", "$['a'", "$[0", "$..a", "$[?@.x]"}) {
    EXPECT_FALSE(JsonPath::parse(path)) << path;
  }
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
