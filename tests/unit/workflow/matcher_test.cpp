// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/matcher.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace davit::commands::workflow::smoke {
namespace {

OrderedJson json(const char* text)
{
  return OrderedJson::parse(text);
}

bool holds(const char* expected, const char* actual)
{
  const OrderedJson value = json(actual);
  return matches(json(expected), &value);
}

TEST(Matcher, ComparesLiteralsByValue)
{
  EXPECT_TRUE(holds("19.90", "19.9"));
  EXPECT_TRUE(holds("3", "3.0"));
  EXPECT_TRUE(holds(R"({"a":1,"b":[1,2]})", R"({"b":[1,2.0],"a":1})"));
  EXPECT_FALSE(holds("\"3\"", "3"));
  EXPECT_FALSE(holds("[]", "[1]"));
  EXPECT_FALSE(holds("{}", R"({"a":1})"));
  EXPECT_FALSE(holds("null", "0"));
  EXPECT_FALSE(holds("[1,2]", "[2,1]"));
}

TEST(Matcher, KnowsItsOperators)
{
  EXPECT_TRUE(holds(R"({"matches":"^[a-z]+-\\d$"})", "\"lamp-1\""));
  EXPECT_FALSE(holds(R"({"matches":"^x"})", "\"lamp\""));
  EXPECT_TRUE(holds(R"({"contains":"am"})", "\"lamp\""));
  EXPECT_TRUE(holds(R"({"contains":{"matches":"b"}})", R"(["a","abc"])"));
  EXPECT_TRUE(holds(R"({"type":"integer"})", "3"));
  EXPECT_TRUE(holds(R"({"type":"number"})", "3"));
  EXPECT_FALSE(holds(R"({"type":"integer"})", "3.5"));
  EXPECT_TRUE(holds(R"({"length":2})", "[1,2]"));
  EXPECT_TRUE(holds(R"({"length":{"min":1}})", "\"a\""));
  EXPECT_TRUE(holds(R"({"min":1,"max":3})", "2"));
  EXPECT_FALSE(holds(R"({"min":1,"max":3})", "4"));
  EXPECT_TRUE(holds(R"({"any_of":[200,204]})", "204"));
  EXPECT_TRUE(holds(R"({"not":{"contains":"x"}})", "\"abc\""));
}

TEST(Matcher, TellsAbsentFromNull)
{
  EXPECT_TRUE(matches(json(R"({"exists":false})"), nullptr));
  EXPECT_FALSE(matches(json(R"({"exists":true})"), nullptr));
  EXPECT_FALSE(matches(json("null"), nullptr));
  EXPECT_TRUE(holds(R"({"exists":true})", "null"));
}

TEST(Matcher, FindsMistakesBeforeAnythingRuns)
{
  for (const char* wrong : {R"({"matches":"["})", R"({"matches":3})", R"({"min":"a"})", R"({"exists":1})", R"({"type":"text"})",
                            R"({"any_of":3})", R"({"min":1,"maximum":3})"}) {
    EXPECT_TRUE(complaint_about(json(wrong))) << wrong;
  }
  EXPECT_FALSE(complaint_about(json(R"({"name":"a literal","min":3})")));
  EXPECT_FALSE(complaint_about(json(R"({"matches":"^{{run}}$"})")));
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
