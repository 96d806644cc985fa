// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "commands/item/entity_patterns.hpp"
#include "commands/item/entity_summary.hpp"

namespace davit::commands::item {
namespace {

TEST(EntityPatterns, TheOneOfBothKeysThenTheMostParticular)
{
  const auto patterns =
      EntityPatterns::make({{"order", "ORDER#*"}, {"item", "ORDER#*#ITEM#*"}, {"user", "USER#* / PROFILE"}, {"any", "USER#*"}});
  ASSERT_TRUE(patterns);
  EXPECT_EQ(patterns->entity_of({"USER#1", "ORDER#7"}), "order");
  EXPECT_EQ(patterns->entity_of({"USER#1", "ORDER#7#ITEM#1"}), "item");
  EXPECT_EQ(patterns->entity_of({"USER#1", "PROFILE"}), "user");
  EXPECT_EQ(patterns->entity_of({"USER#1", "SETTINGS"}), "any");
  EXPECT_EQ(patterns->entity_of({"USER#1", std::nullopt}), "any");
  EXPECT_EQ(patterns->entity_of({"CONFIG", "PROFILE"}), std::nullopt);
}

TEST(EntityPatterns, StarsMatchWithoutGoingAstray)
{
  const auto patterns = EntityPatterns::make({{"e", "a*b*c"}});
  ASSERT_TRUE(patterns);
  EXPECT_EQ(patterns->entity_of({"abbc", std::nullopt}), "e");
  EXPECT_EQ(patterns->entity_of({"abcbc", std::nullopt}), "e");
  EXPECT_EQ(patterns->entity_of({"abcb", std::nullopt}), std::nullopt);
  EXPECT_EQ(patterns->entity_of({"ac", std::nullopt}), std::nullopt);
  EXPECT_FALSE(EntityPatterns::make({{"e", "A# / "}}));
}

TEST(SizeSketch, PercentilesAreWithinNinePerCent)
{
  SizeSketch sketch;
  for (std::size_t size = 1; size <= 10'000; ++size) {
    sketch.add(size);
  }
  EXPECT_NEAR(static_cast<double>(sketch.percentile(0.5)), 5000, 450);
  EXPECT_NEAR(static_cast<double>(sketch.percentile(0.99)), 9900, 900);
  EXPECT_EQ(sketch.max(), 10'000);
  EXPECT_LE(sketch.percentile(1), sketch.max());
}

TEST(EntityCensus, MemoryIsBoundedWhateverTheKeys)
{
  EntityCensus census{*EntityPatterns::make({}), {.partition = {{"id"}}, .sort = {}}};
  for (int i = 0; i < 1000; ++i) {
    census.add({{"id", std::to_string(i) + "#x"}, {"attribute" + std::to_string(i), true}});
  }
  EXPECT_EQ(census.entities().size(), 200U);
  EXPECT_EQ(census.unmatched().items, 800);
  EXPECT_EQ(census.unmatched().attributes.size(), 200U);
  EXPECT_TRUE(census.unmatched().has_more_attributes);
  EXPECT_EQ(census.unmatched_keys().size(), 5U);
}

}  // namespace
}  // namespace davit::commands::item
