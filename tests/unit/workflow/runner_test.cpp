// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/runner.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace davit::commands::workflow::smoke {
namespace {

/// A target that answers by a function and remembers what it was asked.
class ScriptedTarget : public Target
{
public:
  std::function<Result<Answer>(const PreparedRequest&)> on_request;
  std::vector<PreparedRequest> requests;
  std::vector<ItemCall> items;

  [[nodiscard]] std::string name() const override { return "script"; }
  Result<Answer> send(const PreparedRequest& request, TimeLimit) override
  {
    requests.push_back(request);
    return on_request(request);
  }
  Result<Answer> invoke(const OrderedJson& event, TimeLimit) override { return Answer{.body = event.dump()}; }
  Result<Answer> call_item(const ItemCall& call) override
  {
    items.push_back(call);
    return Answer{.body = call.argument.dump()};
  }
  Result<std::string> mint(const std::string& profile) override { return "token-of-" + profile; }
  Result<std::string> log_since(TimePoint) override { return std::string("a log line"); }
};

Answer answer_of(int status, const std::string& body)
{
  return {.status = status, .headers = {{"x-id", "7"}, {"location", "/p/p-9"}}, .body = body};
}

Suite suite_of(const char* text)
{
  auto suite = parse_suite(text, "suite.yaml");
  EXPECT_TRUE(suite) << (suite ? "" : suite.error().diagnostics.at(0).message);
  return suite ? *suite : Suite{};
}

SuiteResult run(const Suite& suite, ScriptedTarget& target)
{
  return run_suite(suite, target, "", [](const Suite&, const StepResult&) {});
}

TEST(SmokeRunner, CarriesCapturesIntoLaterSteps)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(201, R"({"id":"p-9","n":3})"); };
  const auto result =
      run(suite_of("steps:\n"
                   "  - {request: POST /p, token: admin, json: {stock: 1}, expect: {status: 201}, capture: {id: $.id, n: $.n}}\n"
                   "  - {request: 'PUT /p/{{id}}', json: {n: '{{n}}', text: 'n={{n}}'}, expect: {json: {$.id: '{{id}}'}}}\n"),
          target);
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(target.requests.at(0).headers.get("Authorization"), "Bearer token-of-admin");
  EXPECT_EQ(target.requests.at(1).path, "/p/p-9");
  EXPECT_EQ(target.requests.at(1).body, R"({"n":3,"text":"n=3"})");
  EXPECT_FALSE(target.requests.at(1).headers.get("Authorization"));
}

TEST(SmokeRunner, CleansUpAfterAFailureAndSkipsWhatItNeverMade)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(500, "{}"); };
  const auto result = run(suite_of("steps:\n"
                                   "  - {name: make, request: POST /p, expect: {status: 201}, capture: {id: $.id}}\n"
                                   "  - {name: use, request: 'GET /p/{{id}}'}\n"
                                   "cleanup:\n"
                                   "  - {name: remove, request: 'DELETE /p/{{id}}'}\n"
                                   "  - {name: always, item: {table: t, delete: {k: 1}}}\n"),
                          target);
  EXPECT_FALSE(result.passed());
  EXPECT_EQ(result.steps.at(0).status, StepStatus::failed);
  EXPECT_EQ(result.steps.at(1).status, StepStatus::skipped);
  EXPECT_EQ(result.steps.at(2).status, StepStatus::skipped);
  EXPECT_EQ(result.steps.at(3).status, StepStatus::passed);
  EXPECT_EQ(target.items.size(), 1U);
}

TEST(SmokeRunner, SkipsStepsWhenSetupFailed)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(503, "{}"); };
  const auto result = run(suite_of("setup: [{name: ready, request: GET /, expect: {status: 200}}]\n"
                                   "steps: [{request: GET /a}]\n"),
                          target);
  EXPECT_EQ(result.steps.at(1).status, StepStatus::skipped);
  EXPECT_EQ(result.steps.at(1).message, "setup step 'ready' did not pass");
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST(SmokeRunner, RetriesUntilItHolds)
{
  ScriptedTarget target;
  int calls = 0;
  target.on_request = [&](const PreparedRequest&) -> Result<Answer> {
    ++calls;
    if (calls == 1) {
      return fail({.kind = ErrorKind::unavailable, .message = "connection refused"});
    }
    return answer_of(calls < 3 ? 404 : 200, "{}");
  };
  const auto result = run(suite_of("steps: [{request: GET /, expect: {status: 200}, retry: {times: 5, wait: 1ms}}]\n"), target);
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.steps.at(0).attempts, 3);
}

TEST(SmokeRunner, StopsRetryingAtTheLimit)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(404, "{}"); };
  const auto result = run(suite_of("steps: [{request: GET /, expect: {status: 200}, retry: {times: 2, wait: 1ms}}]\n"), target);
  EXPECT_EQ(result.steps.at(0).attempts, 3);
  EXPECT_EQ(result.steps.at(0).status, StepStatus::failed);
}

TEST(SmokeRunner, NeverShowsSecrets)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest& request) {
    return answer_of(200, OrderedJson({{"access_token", "top-secret-1"}, {"echo", request.headers.get("Authorization").value()}}).dump());
  };
  const auto result = run(suite_of("steps:\n"
                                   "  - {request: GET /, token: admin, expect: {json: {$: 1, $.access_token: one, $.echo: two}}}\n"),
                          target);
  for (const auto& check : result.steps.at(0).checks) {
    EXPECT_EQ(check.actual.dump().find("top-secret-1"), std::string::npos);
    EXPECT_EQ(check.actual.dump().find("token-of-admin"), std::string::npos);
  }
}

TEST(SmokeRunner, ReadsTheLogUntilItIsWholeAndHoldsWhatIsExpected)
{
  class Late : public ScriptedTarget
  {
  public:
    int asked = 0;
    Result<std::string> log_since(TimePoint) override
    {
      const char* const so_far[] = {"", "START RequestId: 1\n", "START RequestId: 1\nREPORT RequestId: 1\n"};
      return ++asked <= 3 ? std::string(so_far[asked - 1]) : "START RequestId: 1\nhello\nREPORT RequestId: 1\n";
    }
  } target;
  target.on_request = [](const PreparedRequest&) { return answer_of(200, "{}"); };
  EXPECT_TRUE(run(suite_of("steps: [{request: GET /, expect: {log: hello}}]\n"), target).passed());
  EXPECT_EQ(target.asked, 4);
}

TEST(SmokeRunner, AFunctionErrorIsNeverAPass)
{
  class Crashing : public ScriptedTarget
  {
    Result<Answer> send(const PreparedRequest&, TimeLimit) override { return Answer{.body = "{}", .function_error = "Unhandled"}; }
  } target;
  EXPECT_FALSE(run(suite_of("steps: [{request: GET /}]\n"), target).passed());
}

TEST(SmokeRunner, NamesWithinPathsStandForTheirValues)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(200, R"({"stock":{"p-1":5}})"); };
  const auto result = run(suite_of("variables: {id: p-1}\n"
                                   "steps: [{request: GET /, expect: {json: {\"$.stock['{{id}}']\": 5}}}]\n"),
                          target);
  EXPECT_TRUE(result.passed());
}

TEST(SmokeRunner, MasksWhatOnlyALaterStepCallsASecret)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(200, R"({"x":"abcdef123"})"); };
  const auto result =
      run(suite_of("steps: [{request: GET /, expect: {body: x}, capture: {v: $.x}}, {request: GET /, headers: {X-Api-Key: '{{v}}'}}]\n"),
          target);
  EXPECT_EQ(result.steps.at(0).checks.at(0).actual, R"({"x":"***"})");
}

TEST(SmokeRunner, ASkippedStepSendsNothing)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(500, "{}"); };
  const auto result = run(suite_of("steps:\n"
                                   "  - {request: POST /p, expect: {status: 201}, capture: {id: $.id}}\n"
                                   "  - {request: GET /p, expect: {json: {$.id: '{{id}}'}}}\n"),
                          target);
  EXPECT_EQ(result.steps.at(1).status, StepStatus::skipped);
  EXPECT_EQ(result.steps.at(1).message, "{{id}} was not captured");
  EXPECT_EQ(result.steps.at(1).attempts, 0);
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST(SmokeRunner, CapturesHeadersAndParts)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(201, "{}"); };
  const auto result = run(suite_of("steps:\n"
                                   "  - {request: POST /p, capture: {id: {header: Location, matches: '/p/(.+)$'}, missing: $.id}}\n"
                                   "cleanup: [{request: 'DELETE /p/{{id}}'}]\n"),
                          target);
  EXPECT_EQ(target.requests.at(1).path, "/p/p-9");
  EXPECT_EQ(result.steps.at(0).status, StepStatus::failed);
  EXPECT_EQ(result.steps.at(0).checks.at(0).check, "capture missing");
}

TEST(SmokeRunner, AServerErrorFailsUnlessItIsExpected)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(503, "{}"); };
  const auto result = run(suite_of("steps: [{request: GET /a}, {request: GET /b, expect: {status: 503}}]\n"), target);
  EXPECT_EQ(result.steps.at(0).status, StepStatus::failed);
  EXPECT_EQ(result.steps.at(1).status, StepStatus::passed);
}

TEST(SmokeRunner, NoCheckOfJsonHoldsForWhatIsNone)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(200, "<html>"); };
  const auto result = run(suite_of("steps: [{request: GET /a, expect: {json: {$.detail: {exists: false}}}}]\n"), target);
  EXPECT_EQ(result.steps.at(0).status, StepStatus::failed);
  EXPECT_EQ(result.steps.at(0).checks.at(0).actual, "<html>");
}

TEST(SmokeRunner, HeadersOfAStepWinInAnyCase)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(200, "{}"); };
  run(suite_of("steps: [{request: POST /a, token: admin, json: {}, headers: {authorization: mine, content-type: text/x}}]\n"), target);
  EXPECT_EQ(target.requests.at(0).headers.fields().size(), 2U);
  EXPECT_EQ(target.requests.at(0).headers.get("Authorization"), "mine");
}

TEST(SmokeRunner, EncodesWhatAPathCannotHold)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(200, "{}"); };
  const auto result = run(suite_of("variables: {q: 'a b\xC3\xA9', away: '.evil.example/'}\n"
                                   "steps: [{request: 'GET /s/{{ q }}?x=1&y=%2F'}, {request: 'GET {{away}}'}]\n"),
                          target);
  EXPECT_EQ(target.requests.at(0).path, "/s/a%20b%C3%A9?x=1&y=%2F");
  EXPECT_EQ(target.requests.size(), 1U);
  EXPECT_EQ(result.steps.at(1).status, StepStatus::error);
}

TEST(SmokeRunner, MasksWhatWasSentReceivedAndCaptured)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest& request) {
    return answer_of(200, R"({"sessionToken":"abcdef123","echo":)" + OrderedJson(request.body).dump() + "}");
  };
  const auto result = run(suite_of("steps:\n"
                                   "  - {request: POST /, json: {password: 'hunter2\"'}, expect: {body: x}, capture: {s: $.sessionToken}}\n"
                                   "  - {request: GET /, body: '{{s}}', expect: {json: {$.echo: none}}}\n"),
                          target);
  for (const auto& step : result.steps) {
    const std::string shown = step.checks.at(0).actual.dump();
    EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("abcdef123"), std::string::npos) << shown;
  }
}

TEST(SmokeRunner, ReportsWhatTheSuiteExpectsAsItSaysIt)
{
  ScriptedTarget target;
  target.on_request = [](const PreparedRequest&) { return answer_of(404, "{}"); };
  const auto result =
      run(suite_of("steps: [{request: GET /, expect: {status: [2xx, 404], latency_ms: 2000}}, {request: GET /, expect: {status: 2xx}}]\n"),
          target);
  EXPECT_TRUE(result.steps.at(0).checks.at(0).ok);
  EXPECT_EQ(result.steps.at(0).checks.at(0).expected, OrderedJson({"2xx", 404}));
  EXPECT_EQ(result.steps.at(0).checks.at(1).expected, 2000);
  EXPECT_FALSE(result.steps.at(1).checks.at(0).ok);
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
