// SPDX-License-Identifier: Apache-2.0
// The library against a server that breaks its answers. What a whole process does is in tests/commands/aws.
#include "aws/auth/service_client.hpp"

#include <gtest/gtest.h>

#include <queue>

#include "aws/auth/document_call.hpp"
#include "aws/auth/sigv4.hpp"
#include "tests/support/fault_server.hpp"
#include "tests/support/process.hpp"

namespace davit::aws::auth {
namespace {

using namespace std::chrono_literals;
using tests::FaultServer;
using tests::Reply;

SessionSettings settings_for(const FaultServer& server)
{
  return {.environment = Environment{{{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                                      {"AWS_SECRET_ACCESS_KEY", "secret"},
                                      {"AWS_SESSION_TOKEN", "token"},
                                      {"AWS_REGION", "eu-west-1"},
                                      {"AWS_ENDPOINT_URL", server.url()}}}};
}

/// The received request as the checking side sees it.
http::Request as_http(const tests::ReceivedRequest& received, const FaultServer& server)
{
  http::Request out;
  out.method = received.method;
  out.url = parse_url(server.url()).value();
  out.url.path = received.target.substr(0, received.target.find('?'));
  out.url.query = received.target.find('?') == std::string::npos ? "" : received.target.substr(received.target.find('?') + 1);
  for (const auto& [name, value] : received.headers) {
    out.headers.add(name, value);
  }
  out.body = received.body;
  return out;
}

TEST(ServiceClient, SignsWhatArrives)
{
  FaultServer server{{Reply{}}};
  Session session{settings_for(server)};
  const ServiceCall lambda_call{.operation = "GetFunction",
                                .method = "GET",
                                .path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Afn/",
                                .query = "Qualifier=a%20b&A=1"};
  ASSERT_TRUE(ServiceClient(session, "lambda").call(lambda_call));
  ASSERT_TRUE(ServiceClient(session, "dynamodb").call({.operation = "ListTables", .body = "{}"}));
  ASSERT_TRUE(ServiceClient(session, "sts").call({.operation = "GetCallerIdentity"}));
  for (const auto& received : server.requests()) {
    const auto request = as_http(received, server);
    const auto presented = sigv4::read_signature(request)->value();
    EXPECT_EQ(sigv4::expected_signing(request, presented, "secret").signature, presented.signature);
    EXPECT_EQ(presented.session_token, "token");
    EXPECT_FALSE(presented.content_sha256.empty()) << "always sent";
    EXPECT_NE(std::find(presented.signed_headers.begin(), presented.signed_headers.end(), "x-amz-content-sha256"),
              presented.signed_headers.end());
  }
}

TEST(ServiceClient, KeepsManyCallsUnderWayAndRepeatsEachByItself)
{
  std::deque<Reply> replies;
  for (int i = 0; i < 30; ++i) {
    replies.push_back(i % 5 == 4 ? Reply{.status = 500} : Reply{.delay = 20ms});
  }
  FaultServer server{std::move(replies)};
  Session session{settings_for(server)};
  int handed_out = 0;
  std::set<std::size_t> answered;
  int second_attempts = 0;
  const auto status =
      ServiceClient(session, "dynamodb")
          .call_many(
              [&]() {
                return handed_out < 20 ? (++handed_out, std::optional(ServiceCall{.operation = "ListTables", .body = "{}"})) : std::nullopt;
              },
              [&](std::size_t index, const Result<Answer>& answer) -> Status {
                EXPECT_TRUE(answer && !answer->failure);
                answered.insert(index);
                second_attempts += answer && answer->attempts > 1 ? 1 : 0;
                return {};
              },
              8);
  EXPECT_TRUE(status);
  EXPECT_EQ(answered.size(), 20U);
  EXPECT_GT(second_attempts, 0);
  EXPECT_GT(server.most_at_once(), 4);
  EXPECT_LE(server.most_at_once(), 8);
}

TEST(ServiceClient, DoneMayMakeMoreWork)
{
  FaultServer server{{Reply{}}};
  Session session{settings_for(server)};
  std::queue<ServiceCall> work;
  work.push({.operation = "BatchWriteItem", .body = "{}"});
  int rounds = 0;
  const auto next = [&]() -> std::optional<ServiceCall> {
    if (work.empty()) {
      return std::nullopt;
    }
    auto call = work.front();
    work.pop();
    return call;
  };
  ASSERT_TRUE(ServiceClient(session, "dynamodb").call_many(next, [&](std::size_t, const Result<Answer>&) -> Status {
    if (++rounds < 3) {
      work.push({.operation = "BatchWriteItem", .body = "{}", .delay = 30ms});
    }
    return {};
  }));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_GE(requests[2].time - requests[0].time, 60ms) << "the delays were kept";
}

TEST(ServiceClient, AnErrorOfDoneStopsEverything)
{
  FaultServer server{{Reply{.delay = 30ms}}};
  Session session{settings_for(server)};
  const auto status = ServiceClient(session, "dynamodb")
                          .call_many([] { return std::optional(ServiceCall{.operation = "ListTables", .body = "{}"}); },
                                     [](std::size_t, const Result<Answer>&) -> Status { return fail(failed_error("enough")); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "enough");
  EXPECT_TRUE(ServiceClient(session, "dynamodb").call({.operation = "ListTables", .body = "{}"})) << "the session can go on";
}

TEST(ServiceClient, ReadTimeOutOfOneCall)
{
  FaultServer server{{Reply{.delay = 5s}}};
  Session session{settings_for(server)};
  const auto start = std::chrono::steady_clock::now();
  const auto answer = ServiceClient(session, "lambda")
                          .call({.operation = "Invoke", .retry = Retry::never_once_it_was_sent, .read_timeout = 200ms, .path = "/x"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(ServiceClient, TheQuotaEndsRetriesOfAWholeProcess)
{
  FaultServer server{{Reply{.status = 500}}};
  Session session{settings_for(server)};
  while (session.retry_quota().take(RetryReason::transient)) {
  }
  const auto answer = ServiceClient(session, "sts").call({.operation = "GetCallerIdentity"});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().hint.find("quota"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Session, TakesTheRegionInTheOrderOfTheContract)
{
  const auto region = [](SessionSettings settings) {
    const auto found = Session{std::move(settings)}.region();
    return found ? found->value + " " + found->origin : found.error().message;
  };
  const Environment both{{{"AWS_REGION", "r1"}, {"AWS_DEFAULT_REGION", "r2"}}};
  EXPECT_EQ(region({.environment = both, .region = "typed", .project_region = "p"}), "typed --region");
  EXPECT_EQ(region({.environment = both, .project_region = "p"}), "r1 AWS_REGION");
  EXPECT_EQ(region({.environment = Environment{{{"AWS_DEFAULT_REGION", "r2"}}}, .project_region = "p"}), "r2 AWS_DEFAULT_REGION");
  EXPECT_EQ(region({.project_region = "p"}), "p davit.yaml");
  EXPECT_EQ(region({}), "no region is known");
  EXPECT_NE(region({.region = "x.evil.example/"}).find("is no region"), std::string::npos);
}

TEST(Session, TakesEndpointsFromVariablesUnlessTold)
{
  const auto origin = [](std::map<std::string, std::string> variables, const std::string& service) {
    variables["AWS_REGION"] = "eu-west-1";
    const auto endpoint = Session{{.environment = Environment{variables}}}.endpoint(service);
    return endpoint ? endpoint->origin : endpoint.error().message;
  };
  EXPECT_EQ(origin({{"AWS_ENDPOINT_URL", "http://a"}, {"AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://b"}}, "secretsmanager"),
            "AWS_ENDPOINT_URL_SECRETS_MANAGER");
  EXPECT_EQ(origin({{"AWS_ENDPOINT_URL", "http://a"}, {"AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://b"}}, "dynamodb"), "AWS_ENDPOINT_URL");
  EXPECT_EQ(origin({{"AWS_ENDPOINT_URL", "http://a"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"}}, "dynamodb"), "region eu-west-1");
  EXPECT_NE(origin({{"AWS_ENDPOINT_URL", "ftp://a"}}, "dynamodb").find("AWS_ENDPOINT_URL: "), std::string::npos);
}

TEST(Session, NamesAServicesSectionThatIsNotThere)
{
  tests::TemporaryDirectory folder;
  const auto config = folder.write("config", "[profile a]\nservices = gone\n").string();
  const Environment environment{{{"AWS_CONFIG_FILE", config}, {"AWS_PROFILE", "a"}, {"AWS_REGION", "eu-west-1"}}};
  const auto endpoint = Session{{.environment = environment}}.endpoint("sts");
  ASSERT_FALSE(endpoint);
  EXPECT_NE(endpoint.error().message.find("[services gone]"), std::string::npos);
}

TEST(DocumentCall, PutsMembersWhereTheyBelong)
{
  const auto call = call_of_document("lambda", "Invoke",
                                     R"({"FunctionName":"a:b/c","Qualifier":"live","LogType":"Tail","Payload": {"n": 1.10, "s":"}\""} })");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->path, "/2015-03-31/functions/a%3Ab%2Fc/invocations");
  EXPECT_EQ(call->query, "Qualifier=live");
  EXPECT_EQ(call->headers.get("x-amz-log-type"), "Tail");
  EXPECT_EQ(call->body, R"({"n": 1.10, "s":"}\""})") << "the payload's own bytes";
  EXPECT_EQ(call->retry, Retry::never_once_it_was_sent);
  EXPECT_EQ(call_of_document("lambda", "GetFunction", R"({"FunctionName":"f"})")->body, "");
  EXPECT_FALSE(call_of_document("lambda", "GetFunction", "{}"));
  EXPECT_FALSE(call_of_document("lambda", "Getfunction", "{}"));
  EXPECT_FALSE(call_of_document("dynamodb", "List Tables", "{}"));
}

TEST(DocumentCall, SendsJsonServicesTheBytesAsTheyAre)
{
  EXPECT_EQ(call_of_document("dynamodb", "PutItem", "{ broken")->body, "{ broken");
  EXPECT_EQ(call_of_document("dynamodb", "ListTables", " \n")->body, "{}");
}

TEST(DocumentCall, FlattensForQueryServices)
{
  const auto call = call_of_document("sts", "AssumeRole",
                                     R"({"RoleArn":"a b","DurationSeconds":900,"Tags":[{"Key":"k","Value":"v"}],"X":null,"B":true})");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->body, "B=true&DurationSeconds=900&RoleArn=a%20b&Tags.member.1.Key=k&Tags.member.1.Value=v");
}

TEST(DocumentCall, FlattensMapsAndEmptyLists)
{
  EXPECT_EQ(call_of_document("sns", "Subscribe", R"({"Attributes":{"RawMessageDelivery":"true"}})")->body,
            "Attributes.entry.1.key=RawMessageDelivery&Attributes.entry.1.value=true");
  EXPECT_EQ(call_of_document("sns", "Publish", R"({"MessageAttributes":{"k":{"DataType":"String"}}})")->body,
            "MessageAttributes.entry.1.Name=k&MessageAttributes.entry.1.Value.DataType=String");
  EXPECT_EQ(call_of_document("cloudformation", "UpdateStack", R"({"NotificationARNs":[]})")->body, "NotificationARNs=");
}

TEST(DocumentCall, PutsListsAndFixedParametersIntoTheQuery)
{
  const auto untag = call_of_document("lambda", "UntagResource", R"({"Resource":"arn:a","TagKeys":["a b","c"]})");
  EXPECT_EQ(untag->path, "/2017-03-31/tags/arn%3Aa");
  EXPECT_EQ(untag->query, "tagKeys=a%20b&tagKeys=c");
  EXPECT_EQ(call_of_document("lambda", "GetLayerVersionByArn", R"({"Arn":"arn:a"})")->query, "find=LayerVersion&Arn=arn%3Aa");
  EXPECT_EQ(call_of_document("lambda", "ListFunctions", R"({"MaxItems":5,"Marker":null})")->query, "MaxItems=5");
}

TEST(DocumentCall, IsCarefulWithWhatRunsTwice)
{
  const auto retry = [](const char* operation, const char* document) { return call_of_document("lambda", operation, document)->retry; };
  EXPECT_EQ(retry("PublishVersion", R"({"FunctionName":"f"})"), Retry::never_once_it_was_sent);
  EXPECT_EQ(retry("PublishVersion", R"({"FunctionName":"f","RevisionId":"r"})"), Retry::standard) << "the second would be refused";
  EXPECT_EQ(retry("GetFunction", R"({"FunctionName":"f"})"), Retry::standard);
  EXPECT_EQ(call_of_document("lambda", "Invoke", R"({"FunctionName":"f"})")->read_timeout, 910s);
}

TEST(DocumentCall, KnowsReadingFromWriting)
{
  EXPECT_EQ(effect_of("GetItem"), Effect::read);
  EXPECT_EQ(effect_of("BatchGetItem"), Effect::read);
  EXPECT_EQ(effect_of("PutItem"), Effect::write);
  EXPECT_EQ(effect_of("Invoke"), Effect::write);
}

TEST(RawMember, FindsTheBytes)
{
  EXPECT_EQ(raw_member(R"({"a":{"input":1},"input" : [1, {"x":"]"}] ,"z":2})", "input"), R"([1, {"x":"]"}])");
  EXPECT_EQ(raw_member(R"({"id":"input","input":"a\\\"b"})", "input"), R"("a\\\"b")");
  EXPECT_EQ(raw_member(R"({"input":1e400})", "input"), "1e400");
  EXPECT_EQ(raw_member(R"({"a":"input"})", "input"), "");
  EXPECT_EQ(raw_member("{}", "input"), "");
}

}  // namespace
}  // namespace davit::aws::auth
