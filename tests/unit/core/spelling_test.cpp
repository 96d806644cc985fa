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

TEST(Nearest, TakesCaseForASlip)
{
  const std::vector<std::string> known{"GET", "HEAD", "x86_64", "arm64"};
  EXPECT_EQ(nearest("get", known), "GET");
  EXPECT_EQ(nearest("ARM64", known), "arm64");
}

}  // namespace
}  // namespace davit
