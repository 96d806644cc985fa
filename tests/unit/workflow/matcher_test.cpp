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

TEST(Matcher, ComparesNumbersExactly)
{
  EXPECT_FALSE(holds("9007199254740993", "9007199254740992"));
  EXPECT_FALSE(holds("9007199254740993", "9007199254740992.0"));
  EXPECT_FALSE(holds("-1", "18446744073709551615"));
  EXPECT_TRUE(holds(R"({"gt":9007199254740992})", "9007199254740993"));
  EXPECT_FALSE(holds(R"({"lt":3})", "3"));
  EXPECT_FALSE(holds(R"({"min":1})", "\"5\""));
}

TEST(Matcher, SearchesLongTextsWithinItsStack)
{
  const OrderedJson text(std::string(60'000, 'a') + "b");
  EXPECT_TRUE(matches(json(R"({"matches":"^(a|b)*b$"})"), &text));
  EXPECT_TRUE(matches(json(R"({"matches":"a{3}b"})"), &text));
  EXPECT_FALSE(matches(json(R"({"matches":"(a+)+c"})"), &text));
  EXPECT_FALSE(matches(json(R"({"matches":"^b"})"), &text));
}

TEST(Matcher, CountsCharactersAndTakesLiteralsBelowEquals)
{
  EXPECT_TRUE(holds(R"({"length":2})", "\"\u00e9\u20ac\""));
  EXPECT_TRUE(holds(R"({"equals":{"type":"lamp"}})", R"({"type":"lamp"})"));
}

TEST(Matcher, WhatIsAbsentIsNotAnythingElse)
{
  EXPECT_FALSE(matches(json(R"({"not":{"contains":"x"}})"), nullptr));
  EXPECT_FALSE(matches(json(R"({"not":5})"), nullptr));
  EXPECT_TRUE(matches(json(R"({"not":{"exists":true}})"), nullptr));
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
                            R"({"any_of":3})", R"({"min":1,"maximum":3})", R"({"matchs":"x"})"}) {
    EXPECT_TRUE(complaint_about(json(wrong))) << wrong;
  }
  EXPECT_FALSE(complaint_about(json(R"({"name":"a literal","min":3})")));
  EXPECT_FALSE(complaint_about(json(R"({"matches":"^{{run}}$"})")));
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
