// SPDX-License-Identifier: Apache-2.0
#include "aws/core/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace davit {
namespace {

TEST(ParseJson, NamesThePlaceOfAMistake)
{
  const auto parsed = parse_json("{\n  \"a\": 1,\n  \"b\": }\n", "input.json");
  ASSERT_FALSE(parsed);
  const auto& place = parsed.error().diagnostics.at(0);
  EXPECT_EQ(place.file, "input.json");
  EXPECT_EQ(place.line, 3);
  EXPECT_EQ(place.column, 8);
  EXPECT_EQ(place.source, "  \"b\": }");
}

TEST(ParseJson, RefusesDuplicateMembersAtAnyDepth)
{
  EXPECT_TRUE(parse_json(R"({"a":{"x":1},"b":{"x":2}})", "x"));
  EXPECT_FALSE(parse_json(R"({"a":1,"a":2})", "x"));
  EXPECT_FALSE(parse_json(R"([{"a":[{"b":1,"b":1}]}])", "x"));
}

TEST(ParseJson, RefusesDeepNesting)
{
  EXPECT_TRUE(parse_json(std::string(90, '[') + std::string(90, ']'), "x"));
  EXPECT_FALSE(parse_json(std::string(100'000, '['), "x"));
}

TEST(DumpJson, ReplacesBytesThatAreNoUtf8)
{
  EXPECT_EQ(dump_json(Json("a\xFF")), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace davit
