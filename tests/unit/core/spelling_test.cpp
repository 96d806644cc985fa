// SPDX-License-Identifier: Apache-2.0
#include "aws/core/spelling.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace davit {
namespace {

TEST(EditDistance, CountsSwapsOfNeighboursOnce)
{
  EXPECT_EQ(edit_distance("table", "tabel"), 1U);
  EXPECT_EQ(edit_distance("memmory", "memory"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Nearest, SuggestsSlipsAndNothingFarAway)
{
  const std::vector<std::string> known{"memory_mb", "timeout_s", "entry"};
  EXPECT_EQ(nearest("memmory_mb", known), "memory_mb");
  EXPECT_EQ(nearest("memory", known), "memory_mb");
  EXPECT_EQ(nearest("xyzzy", known), std::nullopt);
}

}  // namespace
}  // namespace davit
