// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/challenge.hpp"

#include <gtest/gtest.h>

namespace davit::aws::registry {
namespace {

TEST(ChallengesOf, ReadsQuotedStringsTokensAndLists)
{
  const http::Headers headers{
      {"WWW-Authenticate", R"(Bearer realm="https://auth.example/token?a=b",service="r.example", scope="repository:a/b:pull,push")"},
      {"www-authenticate", R"(, Negotiate, BASIC Realm = "say \"hi\"", charset=UTF-8)"}};
  const auto challenges = challenges_of(headers);
  ASSERT_EQ(challenges.size(), 3U);
  EXPECT_EQ(challenges[0].scheme, "bearer");
  EXPECT_EQ(challenges[0].parameter("realm"), "https://auth.example/token?a=b");
  EXPECT_EQ(challenges[0].parameter("scope"), "repository:a/b:pull,push");
  EXPECT_EQ(challenges[1].scheme, "negotiate");
  EXPECT_EQ(challenges[2].scheme, "basic");
  EXPECT_EQ(challenges[2].parameter("realm"), "say \"hi\"");
  EXPECT_EQ(challenges[2].parameter("charset"), "UTF-8");
}

TEST(ChallengesOf, EndsWhereNothingCanBeRead)
{
  EXPECT_TRUE(challenges_of({}).empty());
  EXPECT_TRUE(challenges_of({{"WWW-Authenticate", ""}}).empty());
  EXPECT_EQ(challenges_of({{"WWW-Authenticate", "Basic realm=\"open"}}).front().parameter("realm"), "open");
  EXPECT_TRUE(challenges_of({{"WWW-Authenticate", "\"Basic\""}}).empty());
}

}  // namespace
}  // namespace davit::aws::registry
