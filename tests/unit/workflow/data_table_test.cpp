// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/data_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "commands/workflow/smoke/parity.hpp"

namespace davit::commands::workflow::smoke {
namespace {

TEST(Csv, ReadsRecordsAsRfc4180HasThem)
{
  const auto rows =
      read_csv("\xEF\xBB\xBFid,\"a name\",n\r\np-1,\"say \"\"hi\"\", you\",1\r\n\"two\nlines\",,\"2\"\n\nx,true,007\n", "t.csv").value();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].dump(), R"({"id":"p-1","a name":"say \"hi\", you","n":1})");
  EXPECT_EQ(rows[1].dump(), R"({"id":"two\nlines","a name":"","n":"2"})");
  EXPECT_EQ(rows[2].dump(), R"({"id":"x","a name":true,"n":"007"})");
}

TEST(Csv, RefusesWithTheLine)
{
  const std::pair<const char*, const char*> k_wrong[] = {
      {"a,b\n1\n", "t.csv:2: there are 1 fields for 2 columns"},
      {"a,a\n", "t.csv:1: the column \"a\" has no name of its own"},
      {"a,\n", "t.csv:1: the column \"\" has no name of its own"},
      {"a\n\"x\ny\"\n\"open\n", "t.csv:4: a quote is not closed, or not the end of its field"},
      {"a\n\"x\"y\n", "t.csv:2: a quote is not closed, or not the end of its field"},
      {"", "t.csv:1: the column \"\" has no name of its own"}};
  for (const auto& [text, message] : k_wrong) {
    const auto rows = read_csv(text, "t.csv");
    ASSERT_FALSE(rows) << text;
    EXPECT_EQ(rows.error().message, message);
  }
}

SuiteResult answered(const OrderedJson& answer)
{
  StepResult step{.name = "step"};
  step.answer = answer;
  return {.name = "suite", .file = "suite.yaml", .target = "t", .steps = {step}};
}

TEST(Parity, NamesEveryPlace)
{
  const Variables none;
  const SuiteResult first[] = {answered(comparable({.status = 200,
                                                    .headers = {{"x-a", "1"}, {"date", "today"}},
                                                    .body = "{}",
                                                    .json = OrderedJson::parse(R"({"a":[1,{"b":2}],"c":1,"n":1.0})")},
                                                   none))};
  const SuiteResult second[] = {answered(comparable({.status = 201,
                                                     .headers = {{"date", "now"}, {"x-b", "1"}},
                                                     .body = "{ }",
                                                     .json = OrderedJson::parse(R"({"n":1,"a":[1,{"b":3},4],"d":1})")},
                                                    none))};
  const auto places = [&](const std::vector<std::string>& ignored) {
    std::vector<std::string> out;
    for (const auto& difference : differences(first, second, ignored)) {
      out.push_back(difference.where);
    }
    return out;
  };
  EXPECT_EQ(places({}),
            (std::vector<std::string>{"status", "header x-a", "header x-b", "json $.a[1].b", "json $.a[2]", "json $.c", "json $.d"}));
  EXPECT_EQ(places({"$.a[*].b", "header x-a", "$.c"}), (std::vector<std::string>{"status", "header x-b", "json $.a[2]", "json $.d"}));
  EXPECT_EQ(places({"$"}), (std::vector<std::string>{"status", "header x-a", "header x-b"}));
}

TEST(Parity, CallsWhatDiffersFromRunToRunByItsName)
{
  Variables variables;
  variables.set("run", "abcdef");
  variables.set("number", 123456);
  variables.set("short", "a");
  const OrderedJson seen = comparable(
      {.status = 200, .body = "", .json = OrderedJson::parse(R"({"mail":"x-abcdef@example.com","n":123456,"list":["a"]})")}, variables);
  EXPECT_EQ(seen["json"].dump(), R"({"mail":"x-{{run}}@example.com","n":"{{number}}","list":["a"]})");
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
