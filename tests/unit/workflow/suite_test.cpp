// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/suite.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "commands/workflow/smoke/suite_format.hpp"

namespace davit::commands::workflow::smoke {
namespace {

std::vector<Diagnostic> mistakes(const std::string& text, const Surroundings& surroundings = {})
{
  const auto suite = parse_suite(text, "suite.yaml", surroundings);
  return suite ? std::vector<Diagnostic>{} : suite.error().diagnostics;
}

/// The message about a step, empty when it is sound.
std::string mistake(const std::string& step)
{
  const auto found = mistakes("steps: [" + step + "]\n");
  return found.empty() ? "" : found.front().message;
}

TEST(SmokeSuite, NamesEveryMistakeWithItsPlace)
{
  const auto found = mistakes(
      "nam: x\n"
      "steps:\n"
      "  - {request: get products}\n"
      "  - {request: GET /a, item: {table: t, get: {k: 1}}}\n"
      "  - {request: GET /a, expect: {status: 99, json: {'$.a[1:2]': 1, $.b: {matches: '['}}}}\n"
      "  - {item: {table: t}}\n"
      "  - {request: GET /a, retry: {times: -1, wait: 5}}\n");
  ASSERT_EQ(found.size(), 9U);
  EXPECT_EQ(found.at(0).line, 1);
  EXPECT_EQ(found.at(0).hint, "did you mean \"name\"?");
  EXPECT_EQ(found.at(1).line, 3);
  EXPECT_EQ(found.at(1).column, 15);
}

/// The first lines of the manual's text that begin with a space.
std::string example_of_the_manual()
{
  std::istringstream manual{k_suite_format};
  std::string example;
  std::string line;
  std::getline(manual, line);
  while (std::getline(manual, line) && line.starts_with("  ")) {
    example += line.substr(2) + "\n";
  }
  return example;
}

TEST(SmokeSuite, TakesTheExampleOfTheManual)
{
  const std::filesystem::path folder = testing::TempDir() + "davit_suite_test";
  std::filesystem::create_directories(folder / "events");
  std::ofstream{folder / "events" / "health.json"} << R"({"id": "{{run}}"})";
  const auto suite = parse_suite(example_of_the_manual(), folder / "suite.yaml");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(suite) << suite.error().diagnostics.at(0).message;
  EXPECT_EQ(suite->setup.size() + suite->steps.size() + suite->cleanup.size(), 5U);
  EXPECT_EQ(suite->steps.at(0).checks.size(), 5U);
  EXPECT_EQ(suite->steps.at(1).retry.times, 5);
  EXPECT_EQ(std::get<EventCall>(suite->steps.at(2).call).event, OrderedJson({{"id", "{{run}}"}}));
}

TEST(SmokeSuite, NamesAValueThatNothingGives)
{
  const auto found = mistakes(
      "variables: {a: '{{b}}', b: 1}\n"
      "cleanup: [{request: 'DELETE /{{id}}/{{late}}'}]\n"
      "steps:\n"
      "  - {request: 'GET /{{id}}', capture: {id: $.id}}\n"
      "  - {request: GET /, headers: {x: '{{idd}}'}, expect: {json: {$.a: '{{run'}}}\n");
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found.at(0).message, "{{b}} has no value here");
  EXPECT_EQ(found.at(1).line, 4);
  EXPECT_EQ(found.at(2).hint, "did you mean {{id}}?");
  EXPECT_EQ(found.at(3).message, "'{{' is not closed by '}}'");
  EXPECT_EQ(found.at(4).message, "{{late}} has no value here");
}

TEST(SmokeSuite, RefusesWhatACallCannotHave)
{
  EXPECT_EQ(mistake("{event: none.json, token: admin}"), "cannot read none.json: No such file or directory");
  EXPECT_EQ(mistake("{item: {table: t, get: {k: 1}}, headers: {a: b}}"), "`headers` belongs to a `request`");
  EXPECT_EQ(mistake("{item: {table: t, get: {k: 1}}, expect: {status: 200}}"), "an `item` call brings `json` and `latency_ms` alone");
  EXPECT_EQ(mistake("{request: GET /, expect: {payload: {$: 1}}}"), "`payload` is what an `event` brings; a `request` brings `json`");
  EXPECT_EQ(mistake("{request: POST /, json: {}, body: x}"), "a request has one of `json`, `form` and `body`");
  EXPECT_EQ(mistake("{request: GET /, headers: {X-A: 1, x-a: 2}}"), "the header \"x-a\" is set twice");
  EXPECT_EQ(mistake("{request: GET /, headers: {'X A': 1}}"), "\"X A\" is no name of a header");
  EXPECT_EQ(mistake("{item: {table: t, put: {k: 1}, set: {a: 1}}}"), "`set` and `remove` belong to an `update`");
  EXPECT_EQ(mistake("{request: GET /, capture: {run: $.a}}"), "\"run\" is davit's own: a fresh id each time");
  EXPECT_EQ(mistake("{request: GET /, timeout: 0s}"), "a timeout is longer than nothing");
  EXPECT_EQ(mistake("{request: GET /, expect: {json: {$.a: {match: x}}}}"),
            "'match' is no operator; did you mean 'matches'? An object that is meant as it stands goes below `equals`");
}

TEST(SmokeSuite, AsksItsSurroundingsBeforeAnythingIsSent)
{
  const Surroundings poor{.has_function = false,
                          .complaint_about_token = [](const std::string& profile) { return std::optional(usage_error("no " + profile)); }};
  const auto found = mistakes("steps: [{request: GET /, token: admn, expect: {log: x}}, {request: GET /, token: none}]\n", poor);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(0).message, "no admn");
  EXPECT_EQ(found.at(1).message, "no function is known to read the log of");
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
