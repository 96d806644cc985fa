// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace davit::aws::dynamodb::format {
namespace {

TEST(AppendOrder, SortsAsTheServiceSortsKeys)
{
  const auto order = [](const Item& item) {
    std::string out;
    append_order(out, item, {"pk", "sk"});
    return out;
  };
  const auto number = [](std::string_view text) { return AttributeValue(Number::parse(text).value()); };
  const std::vector<Item> sorted{{{"pk", std::string("a\0", 2)}, {"sk", number("1")}},
                                 {{"pk", std::string("a\0\0", 3)}, {"sk", number("-5")}},
                                 {{"pk", "aa"}, {"sk", number("-5")}},
                                 {{"pk", "aa"}, {"sk", number("0")}},
                                 {{"pk", "aa"}, {"sk", number("2")}},
                                 {{"pk", "aa"}, {"sk", number("10")}}};
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end(), [&](const Item& a, const Item& b) { return order(a) < order(b); }));
  EXPECT_LT(order({{"pk", "a"}, {"sk", number("99")}}), order({{"pk", std::string("a\0", 2)}, {"sk", number("1")}}));
}

}  // namespace
}  // namespace davit::aws::dynamodb::format
