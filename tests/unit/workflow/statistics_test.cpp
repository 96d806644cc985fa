// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/statistics.hpp"

#include <gtest/gtest.h>

#include "commands/workflow/invoke/event.hpp"

namespace davit::commands::workflow::invoke {
namespace {

TEST(Percentile, IsTheNearestRank)
{
  const std::vector<double> ten{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(percentile(ten, 50), 5);
  EXPECT_EQ(percentile(ten, 95), 10);
  EXPECT_EQ(percentile(ten, 90), 9);
  EXPECT_EQ(percentile(ten, 0), 1);
  EXPECT_EQ(percentile(ten, 100), 10);
  EXPECT_EQ(percentile({7}, 99), 7);
  EXPECT_EQ(percentile({}, 50), std::nullopt);
}

TEST(Distribution, SortsByItself)
{
  const auto of_three = distribution({30, 10, 20});
  ASSERT_TRUE(of_three);
  EXPECT_EQ(of_three->count, 3U);
  EXPECT_EQ(of_three->minimum, 10);
  EXPECT_EQ(of_three->mean, 20);
  EXPECT_EQ(of_three->p50, 20);
  EXPECT_EQ(of_three->p95, 30);
  EXPECT_FALSE(distribution({}));
}

TEST(EndOfDocument, StandsBehindTheDocument)
{
  const auto first = [](std::string_view text) { return std::string(text.substr(0, end_of_document(text))); };
  EXPECT_EQ(first(R"({"a": "}\"{"} {"b": 1})"), R"({"a": "}\"{"})");
  EXPECT_EQ(first(R"([[1], 2]3)"), "[[1], 2]");
  EXPECT_EQ(first(R"("a b"c)"), R"("a b")");
  EXPECT_EQ(first("12 13"), "12");
  EXPECT_EQ(first("null\ntrue"), "null");
  EXPECT_EQ(first(R"({"open": )"), R"({"open": )");
}

}  // namespace
}  // namespace davit::commands::workflow::invoke
