// SPDX-License-Identifier: Apache-2.0
// The policy of a call, seen from the server it goes to.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/core/time.hpp"
#include "tests/support/fault_server.hpp"
#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

using namespace std::chrono_literals;
using Variables = std::map<std::string, std::string>;

constexpr const char* k_not_found = R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"})";

Variables variables_for(const FaultServer& server)
{
  return {{"AWS_ENDPOINT_URL", server.url()},
          {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLEWXYZ"},
          {"AWS_SECRET_ACCESS_KEY", "canary-secret-key"},
          {"AWS_SESSION_TOKEN", "canary-session-token"},
          {"AWS_REGION", "eu-west-1"}};
}

Finished call(const FaultServer& server, std::vector<std::string> arguments, const std::string& input = "{}", const Variables& more = {})
{
  auto variables = variables_for(server);
  for (const auto& [name, value] : more) {
    variables[name] = value;
  }
  arguments.insert(arguments.begin(), {"aws", "call"});
  return run_davit({.arguments = std::move(arguments), .environment = variables, .input = input});
}

Reply error(int status, const std::string& code, std::vector<std::string> headers = {})
{
  return {.status = status, .body = R"({"__type":")" + code + R"(","message":"m"})", .headers = std::move(headers)};
}

/// "Sat, 21 Nov 2026 09:00:00 GMT", as a Date header has it.
std::string http_date(std::chrono::hours ahead)
{
  const std::time_t time = std::time(nullptr) + std::chrono::seconds(ahead).count();
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&time));
  return std::string("Date: ") + text;
}

TEST(AwsCall, PrintsTheBodyByteForByte)
{
  const std::string body = "{ \"n\" : 1.10,\n\t\"s\":\"\\u00e4\xC3\xA4\" } ";
  FaultServer server{{Reply{.body = body}}};
  const auto done = call(server, {"dynamodb", "GetItem"}, "{ \"x\": 1.0 }\n");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, body);
  EXPECT_EQ(server.requests().front().body, "{ \"x\": 1.0 }\n") << "the document too";
  EXPECT_EQ(call(server, {"dynamodb", "GetItem", "-o", "json"}).out, body) << "whatever -o says";
}

TEST(AwsCall, AServiceErrorPrintsItsBodyAndExitsByClass)
{
  FaultServer server{{Reply{.status = 400, .body = k_not_found, .headers = {"x-amzn-RequestId: REQ1"}}}};
  const auto done = call(server, {"dynamodb", "DescribeTable"});
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_EQ(done.out, k_not_found);
  EXPECT_EQ(done.err, "davit: error: no table\n  service: ResourceNotFoundException (DescribeTable, HTTP 400, request REQ1)\n");
  EXPECT_EQ(server.requests().size(), 1U) << "not repeated";
}

TEST(AwsCall, RepeatsThrottlingWithTheSameInvocation)
{
  FaultServer server{{error(400, "ThrottlingException"), Reply{}}};
  const auto done = call(server, {"dynamodb", "ListTables"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].headers.at("amz-sdk-request"), "attempt=1; max=4");
  EXPECT_EQ(requests[1].headers.at("amz-sdk-request"), "attempt=2; max=4");
  EXPECT_EQ(requests[0].headers.at("amz-sdk-invocation-id"), requests[1].headers.at("amz-sdk-invocation-id"));
  EXPECT_LT(requests[1].time - requests[0].time, 1500ms) << "at most the second that throttling starts with";
}

TEST(AwsCall, GivesUpAfterTheAttemptsOfTheService)
{
  for (const auto& [service, operation, attempts] : {std::tuple{"dynamodb", "ListTables", 4U}, {"sts", "GetCallerIdentity", 3U}}) {
    FaultServer server{{error(500, "InternalServerError")}};
    EXPECT_EQ(call(server, {service, operation}).exit_code, 6);
    EXPECT_EQ(server.requests().size(), attempts) << service;
  }
  FaultServer server{{error(500, "InternalServerError")}};
  EXPECT_EQ(call(server, {"dynamodb", "ListTables"}, "{}", {{"AWS_MAX_ATTEMPTS", "2"}}).exit_code, 6);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(call(server, {"dynamodb", "ListTables"}, "{}", {{"AWS_MAX_ATTEMPTS", "many"}}).exit_code, 2);
}

TEST(AwsCall, AProcessStopsRepeatingWhenItsQuotaIsSpent)
{
  FaultServer server{{error(500, "InternalServerError")}};
  constexpr std::size_t k_calls = 20;
  std::string lines;
  for (std::size_t i = 0; i < k_calls; ++i) {
    lines += "{\"id\":" + std::to_string(i) + ",\"operation\":\"GetCallerIdentity\"}\n";
  }
  const auto done = call(server, {"sts", "--batch"}, lines);
  EXPECT_EQ(done.exit_code, 6);
  // Two retries a call would be 40; 500 units pay for 35 of 14 each.
  EXPECT_EQ(server.requests().size(), k_calls + 500 / 14);
}

TEST(AwsCall, RepeatsWhatTheNetworkBroke)
{
  for (const auto fault : {Reply::Fault::reset, Reply::Fault::close, Reply::Fault::cut}) {
    FaultServer server{{Reply{.body = "{\"part", .fault = fault}, Reply{.body = "{\"whole\":1}"}}};
    const auto done = call(server, {"dynamodb", "ListTables"});
    EXPECT_EQ(done.out, "{\"whole\":1}") << done.err;
    EXPECT_EQ(server.requests().size(), 2U);
  }
}

TEST(AwsCall, NeverSendsAnInvocationTwice)
{
  const Reply broken[] = {
      Reply{.fault = Reply::Fault::reset}, Reply{.fault = Reply::Fault::close},    Reply{.body = "\"x", .fault = Reply::Fault::cut},
      error(500, "ServiceException"),      error(429, "TooManyRequestsException"), Reply{.status = 502, .body = "<html>"}};
  for (const auto& reply : broken) {
    FaultServer server{{reply, Reply{}}};
    const auto done = call(server, {"lambda", "Invoke"}, R"({"FunctionName":"f","Payload":{}})");
    EXPECT_EQ(done.exit_code, 6) << done.err;
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

TEST(AwsCall, TheInvocationThatGotNoConnectionIsTriedAgain)
{
  int port = 0;
  {
    const FaultServer closed{{Reply{}}};
    port = closed.port();
  }
  const auto done =
      run_davit({.arguments = {"aws", "call", "lambda", "Invoke", "--debug", "--endpoint-url", "http://127.0.0.1:" + std::to_string(port)},
                 .environment = {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}, {"AWS_REGION", "eu-west-1"}},
                 .input = R"({"FunctionName":"f"})"});
  EXPECT_EQ(done.exit_code, 6);
  EXPECT_NE(done.err.find("attempt 3"), std::string::npos) << done.err;
}

TEST(AwsCall, ChecksTheChecksumOfWhatArrived)
{
  FaultServer server{
      {Reply{.body = "{\"a\":1}", .headers = {"x-amz-crc32: 1"}}, Reply{.body = "123456789", .headers = {"x-amz-crc32: 3421780262"}}}};
  const auto done = call(server, {"dynamodb", "ListTables"});
  EXPECT_EQ(done.out, "123456789") << done.err;
  EXPECT_EQ(server.requests().size(), 2U);
  FaultServer always_wrong{{Reply{.headers = {"x-amz-crc32: 1"}}}};
  EXPECT_EQ(call(always_wrong, {"dynamodb", "ListTables"}).exit_code, 6);
  EXPECT_EQ(always_wrong.requests().size(), 4U);
}

TEST(AwsCall, CorrectsItsClock)
{
  for (const char* const code : {"RequestTimeTooSkewed", "InvalidSignatureException"}) {
    FaultServer server{{error(403, code, {http_date(2h)}), Reply{}}};
    EXPECT_EQ(call(server, {"dynamodb", "ListTables"}).exit_code, 0);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    const auto moved = parse_time(requests[1].headers.at("x-amz-date")).value() - parse_time(requests[0].headers.at("x-amz-date")).value();
    EXPECT_NEAR(static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(moved).count()), 7200, 5);
  }
}

TEST(AwsCall, AWrongKeyIsNotAClock)
{
  const std::pair<const char*, std::vector<std::string>> cases[] = {{"InvalidSignatureException", {http_date(0h)}},
                                                                    {"InvalidSignatureException", {}},
                                                                    {"InvalidSignatureException", {http_date(2h), "Age: 7200"}},
                                                                    {"RequestTimeTooSkewed", {}}};
  for (const auto& [code, headers] : cases) {
    FaultServer server{{error(403, code, headers)}};
    EXPECT_EQ(call(server, {"dynamodb", "ListTables"}).exit_code, 4);
    EXPECT_EQ(server.requests().size(), 1U) << code;
  }
}

TEST(AwsCall, WaitsAsLongAsTheServiceAsks)
{
  FaultServer server{{error(503, "ServiceUnavailable", {"x-amz-retry-after: 400"}), Reply{}}};
  EXPECT_EQ(call(server, {"dynamodb", "ListTables"}).exit_code, 0);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_GE(requests[1].time - requests[0].time, 400ms);
}

TEST(AwsCall, HeedsRetryAfterInSeconds)
{
  FaultServer server{{error(503, "ServiceUnavailable", {"Retry-After: 1"}), Reply{}}};
  EXPECT_EQ(call(server, {"dynamodb", "ListTables"}).exit_code, 0);
  EXPECT_GE(server.requests()[1].time - server.requests()[0].time, 1s);
}

TEST(AwsCall, AQuotaIsTriedOnceMoreAndNamed)
{
  FaultServer server{{error(400, "LimitExceededException", {"x-amz-retry-after: 1"})}};
  const auto done = call(server, {"logs", "CreateLogGroup"});
  EXPECT_EQ(done.exit_code, 6);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_NE(done.err.find("quota"), std::string::npos) << done.err;
}

TEST(AwsCall, AnswersABatchLineByLineOverOneConnection)
{
  FaultServer server{{Reply{.body = "{\"a\":1}"}, Reply{.status = 400, .body = k_not_found}, Reply{.body = "third"}}};
  const auto done = call(
      server, {"dynamodb", "--batch"},
      "{\"id\":1,\"operation\":\"ListTables\",\"input\":{\"Limit\":1e2}}\n\n{\"id\":\"b\",\"operation\":\"DescribeTable\",\"input\":{}}\n"
      "{\"id\":null,\"operation\":\"ListTables\"}\n");
  EXPECT_EQ(done.exit_code, 3) << "the worst class";
  std::vector<nlohmann::json> lines;
  std::stringstream out(done.out);
  for (std::string line; std::getline(out, line);) {
    lines.push_back(nlohmann::json::parse(line));
  }
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("id"), 1);
  EXPECT_EQ(lines[0].at("status"), 200);
  EXPECT_EQ(lines[0].at("body"), "{\"a\":1}");
  EXPECT_EQ(lines[1].at("id"), "b");
  EXPECT_EQ(lines[1].at("status"), 400);
  EXPECT_EQ(lines[1].at("headers").at("content-length"), std::to_string(std::string(k_not_found).size()));
  EXPECT_EQ(lines[2].at("body"), "third");
  EXPECT_EQ(server.requests()[0].body, "{\"Limit\":1e2}") << "numbers keep their digits";
  EXPECT_EQ(server.requests()[2].connection, 1);
}

TEST(AwsCall, ABatchLineThatIsNoCallIsAnsweredToo)
{
  FaultServer server{{Reply{}}};
  const auto done = call(server, {"dynamodb", "--batch"}, "garbage\n{\"id\":2}\n{\"id\":3,\"operation\":\"ListTables\"}\n");
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(std::count(done.out.begin(), done.out.end(), '\n'), 3);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(AwsCall, ABatchKeepsABodyThatIsNoText)
{
  FaultServer server{{Reply{.body = "\xFF\x00 bytes", .headers = {"X-Twice: a", "X-Twice: b"}}}};
  const auto done = call(server, {"dynamodb", "--batch"}, "{\"id\":1,\"operation\":\"ListTables\"}\n[1]\n");
  const auto answer = nlohmann::json::parse(done.out.substr(0, done.out.find('\n')));
  EXPECT_EQ(answer.at("bodyBase64"), "/w==") << done.out;
  EXPECT_EQ(answer.at("headers").at("x-twice"), "a, b");
  EXPECT_NE(done.out.find("line 2 is no JSON object"), std::string::npos) << done.out;
}

TEST(AwsCall, RepeatsAWriteUnderOneIdempotencyToken)
{
  FaultServer server{{error(500, "InternalServerError"), Reply{}}};
  EXPECT_EQ(call(server, {"dynamodb", "TransactWriteItems"}, "{ \"TransactItems\": [1.0] }").exit_code, 0);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_TRUE(requests[0].body.ends_with("\", \"TransactItems\": [1.0] }")) << "the rest byte for byte: " << requests[0].body;
  EXPECT_EQ(nlohmann::json::parse(requests[0].body).at("ClientRequestToken").get<std::string>().size(), 36U);
  const std::string own = "{\"ClientRequestToken\":\"mine\"}";
  EXPECT_EQ(call(server, {"dynamodb", "TransactWriteItems"}, own).exit_code, 0);
  EXPECT_EQ(server.requests().back().body, own);
  EXPECT_EQ(call(server, {"secretsmanager", "CreateSecret"}, "{ broken").exit_code, 0);
  EXPECT_EQ(server.requests().back().body, "{ broken");
}

TEST(AwsCall, ACrashedHandlerIsNoSuccess)
{
  const std::string body = R"({"errorMessage":"boom","errorType":"ValueError"})";
  FaultServer server{{Reply{.body = body, .headers = {"X-Amz-Function-Error: Unhandled"}}}};
  const auto done = call(server, {"lambda", "Invoke"}, R"({"FunctionName":"f"})");
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.out, body);
  EXPECT_NE(done.err.find("Unhandled"), std::string::npos) << done.err;
}

TEST(AwsCall, AMemberThatHasNoPlaceIsRefused)
{
  FaultServer server{{Reply{}}};
  for (const auto& [operation, input] : {std::pair{"GetFunction", R"({"FunctionName":"f","Qualifer":"live"})"},
                                         {"Invoke", R"({"FunctionName":"f","payload":{}})"},
                                         {"Invoke", R"({"FunctionName":"f","ClientContext":"a\r\nX-Injected: 1"})"}}) {
    const auto done = call(server, {"lambda", operation}, input);
    EXPECT_EQ(done.exit_code, 2) << operation << " " << done.err;
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(AwsCall, SigningInNeedsNoCredentials)
{
  FaultServer server{{Reply{}}};
  const Variables nobody{{"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", ""}};
  EXPECT_EQ(call(server, {"cognito-idp", "InitiateAuth"}, "{}", nobody).exit_code, 0);
  EXPECT_FALSE(server.requests().front().headers.contains("authorization"));
  EXPECT_EQ(call(server, {"cognito-idp", "AdminInitiateAuth"}, "{}", nobody).exit_code, 4);
}

TEST(AwsCall, FollowsNoRedirect)
{
  FaultServer elsewhere{{Reply{}}};
  FaultServer server{{Reply{.status = 307, .body = "", .headers = {"Location: " + elsewhere.url() + "/"}}}};
  EXPECT_EQ(call(server, {"dynamodb", "ListTables"}).exit_code, 1);
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST(AwsCall, ARefusedSignatureDoesNotShowWhatWasSigned)
{
  const std::string body =
      "{\"__type\":\"InvalidSignatureException\",\"message\":\"The signature does not match.\\n\\nThe Canonical String "
      "should have been\\n'x-amz-security-token:canary-session-token'\"}";
  FaultServer server{{Reply{.status = 403, .body = body}}};
  const auto done = call(server, {"dynamodb", "ListTables"});
  EXPECT_EQ(done.exit_code, 4);
  EXPECT_EQ(done.out, body);
  EXPECT_NE(done.err.find("The signature does not match."), std::string::npos);
  EXPECT_EQ(done.err.find("canary"), std::string::npos) << done.err;
}

TEST(AwsCall, KnowsTheRetryModes)
{
  FaultServer server{{Reply{}}};
  EXPECT_EQ(call(server, {"sts", "GetCallerIdentity"}, "{}", {{"AWS_RETRY_MODE", "standard"}}).err, "");
  const auto legacy = call(server, {"sts", "GetCallerIdentity"}, "{}", {{"AWS_RETRY_MODE", "legacy"}});
  EXPECT_EQ(legacy.exit_code, 0);
  EXPECT_NE(legacy.err.find("legacy is taken as standard"), std::string::npos) << legacy.err;
  EXPECT_EQ(call(server, {"sts", "GetCallerIdentity"}, "{}", {{"AWS_RETRY_MODE", "eager"}}).exit_code, 2);
}

TEST(AwsCall, DryRunSendsNothing)
{
  FaultServer server{{Reply{}}};
  const auto done = call(server, {"dynamodb", "PutItem", "--dry-run"}, "{\"TableName\":\"t\"}");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_TRUE(nlohmann::json::parse(done.out).at("dryRun"));
  EXPECT_TRUE(server.requests().empty());
}

TEST(AwsCall, DebugShowsNoSecret)
{
  FaultServer server{{Reply{.body = "{\"SecretString\":\"canary-answer\"}", .headers = {"X-Custom: canary-header"}}}};
  const auto done = call(server, {"secretsmanager", "PutSecretValue", "--debug"}, "{\"SecretString\":\"canary-input\"}");
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_NE(done.err.find("Credential=AKID...WXYZ/"), std::string::npos) << done.err;
  EXPECT_EQ(done.err.find("canary"), std::string::npos) << done.err;
}

TEST(AwsCall, SignsNothingOverAnOpenWay)
{
  const Variables keys{
      {"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}, {"AWS_REGION", "eu-west-1"}, {"AWS_ENDPOINT_URL", "http://192.0.2.1"}};
  const auto done = run_davit({.arguments = {"aws", "call", "dynamodb", "ListTables"}, .environment = keys, .input = "{}"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_NE(done.err.find("neither https nor loopback"), std::string::npos) << done.err;
}

constexpr const char* k_project =
    "name: shop\nregion: eu-west-1\naccount: \"123456789012\"\nhandler: {kind: python, package: image, source: ., entry: a.b, base: "
    "scratch}\n"
    "image: {repository: shop}\nenvironments: {dev: {}}\n";
constexpr const char* k_other_account =
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>210987654321</Account><Arn>a</Arn><UserId>u</UserId></"
    "GetCallerIdentityResult></GetCallerIdentityResponse>";

TEST(AwsCall, AWriteOnAnotherAccountIsRefused)
{
  TemporaryDirectory folder;
  const auto project = folder.write("davit.yaml", k_project).string();
  FaultServer server{{Reply{.body = k_other_account}}};
  const auto done = call(server, {"dynamodb", "PutItem", "--project", project});
  EXPECT_EQ(done.exit_code, 2) << done.err;
  EXPECT_NE(done.err.find("210987654321"), std::string::npos) << done.err;
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests()[0].body, "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(call(server, {"dynamodb", "ListTables", "--project", project}).exit_code, 0) << "reading is allowed";
}

TEST(AwsCall, ANamedEnvironmentRefusesAForgottenLoopbackEndpoint)
{
  TemporaryDirectory folder;
  const auto project = folder.write("davit.yaml", k_project).string();
  FaultServer server{{Reply{}}};
  const auto done = call(server, {"dynamodb", "ListTables", "--project", project, "--env", "dev"});
  EXPECT_EQ(done.exit_code, 2) << done.err;
  EXPECT_NE(done.err.find("AWS_ENDPOINT_URL"), std::string::npos) << done.err;
  EXPECT_TRUE(server.requests().empty());
  EXPECT_EQ(call(server, {"dynamodb", "ListTables", "--project", project, "--env", "dev", "--endpoint-url", server.url()}).exit_code, 0)
      << "typed is meant";
}

}  // namespace
}  // namespace davit::tests
