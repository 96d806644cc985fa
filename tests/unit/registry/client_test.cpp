// SPDX-License-Identifier: Apache-2.0
// The client against servers that answer what they are told to.
#include "aws/registry/client.hpp"

#include <gtest/gtest.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "tests/support/fault_server.hpp"

namespace davit::aws::registry {
namespace {

using tests::FaultServer;
using tests::Reply;

LoginSource nobody()
{
  return [](const std::string&, const std::string&) { return std::optional<Login>(); };
}

LoginSource user_of(const std::string& host)
{
  return [host](const std::string& asked, const std::string&) {
    return asked == host ? std::optional(Login{.user = "u", .password = crypto::Secret("p"), .origin = "a file"}) : std::nullopt;
  };
}

std::string host_of(const FaultServer& server)
{
  return "127.0.0.1:" + std::to_string(server.port());
}

Client open(const FaultServer& server, LoginSource logins = nobody())
{
  return Client::open(host_of(server), Client::Purpose::push, std::make_shared<Authorizer>(std::move(logins))).value();
}

Blob blob_of(const std::string& content)
{
  return {.digest = "sha256:" + to_hex(crypto::sha256(content)), .size = content.size()};
}

TEST(RegistryClient, AnswersABearerChallengeOnceForManyRequests)
{
  FaultServer tokens{{Reply{.body = R"({"access_token":"T1","expires_in":300})"}}};
  const std::string challenge = "WWW-Authenticate: Bearer realm=\"" + tokens.url() + "/token\",service=\"s\"";
  FaultServer server{{Reply{.status = 401, .headers = {challenge}}, Reply{.status = 404}, Reply{.status = 404}}};
  Client client = open(server, user_of(host_of(server)));
  EXPECT_FALSE(client.find_manifest("app", "v1").value());
  EXPECT_FALSE(client.has_blob("app", blob_of("x")).value());
  ASSERT_EQ(tokens.requests().size(), 1U);
  EXPECT_EQ(tokens.requests().front().target, "/token?service=s&scope=repository:app:pull,push");
  EXPECT_EQ(tokens.requests().front().headers.at("authorization"), "Basic dTpw");
  EXPECT_EQ(server.requests()[1].headers.at("authorization"), "Bearer T1");
  EXPECT_EQ(server.requests()[2].headers.at("authorization"), "Bearer T1");
}

TEST(RegistryClient, DoesNotSendAWrongPasswordTwice)
{
  const Reply unauthorized{.status = 401, .headers = {"WWW-Authenticate: Basic realm=\"r\""}};
  FaultServer server{{unauthorized, unauthorized}};
  const auto status = open(server, user_of(host_of(server))).ping();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::credentials);
  EXPECT_EQ(status.error().message.find("dTpw"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(RegistryClient, WaitsAsLongAsItIsAskedTo)
{
  FaultServer server{{Reply{.status = 429, .headers = {"Retry-After: 1"}}, Reply{.status = 503}, Reply{.status = 200}}};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(open(server).ping());
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(RegistryClient, KeepsCredentialsFromOtherHosts)
{
  const std::string content = "the content";
  FaultServer server{{Reply{.status = 401, .headers = {"WWW-Authenticate: Basic realm=\"r\""}},
                      Reply{.status = 307, .headers = {"Location: http://127.0.0.1:1/blob"}}}};
  const auto status = open(server, user_of(host_of(server))).fetch_blob("app", blob_of(content), [](std::string_view) { return Status{}; });
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("another host with a private address"), std::string::npos) << status.error().message;
}

TEST(RegistryClient, GoesOnReadingWhereAConnectionWasLost)
{
  const std::string content(100'000, 'c');
  FaultServer server{
      {Reply{.body = content.substr(0, 50'000), .fault = Reply::Fault::cut}, Reply{.status = 206, .body = content.substr(50'000)}}};
  std::string received;
  const auto status = open(server).fetch_blob("app", blob_of(content), [&](std::string_view piece) {
    received += piece;
    return Status{};
  });
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(received, content);
  EXPECT_EQ(server.requests()[1].headers.at("range"), "bytes=50000-");
}

TEST(RegistryClient, BelievesNoWrongBytes)
{
  const auto take = [](std::string_view) { return Status{}; };
  FaultServer server{{Reply{.body = "wrong"}, Reply{.body = "too long"}, Reply{.body = "sho"},
                      Reply{.body = "{}", .headers = {"Docker-Content-Digest: " + blob_of("a").digest}}}};
  Client client = open(server);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(client.fetch_blob("app", blob_of("right"), take));
  }
  EXPECT_FALSE(client.find_manifest("app", "v1"));
}

TEST(RegistryClient, UploadsInChunksWhereABodyIsTooLarge)
{
  const std::string content(9U << 20U, 'b');
  const auto at = [](int n) { return "Location: /v2/app/blobs/uploads/" + std::to_string(n) + "?s=" + std::to_string(n); };
  FaultServer server{{Reply{.status = 202, .headers = {at(1)}}, Reply{.status = 413}, Reply{.status = 404},
                      Reply{.status = 202, .headers = {at(2)}}, Reply{.status = 202, .headers = {at(3)}},
                      Reply{.status = 202, .headers = {at(4)}}, Reply{.status = 201}}};
  const auto result = open(server).upload_blob("app", blob_of(content).digest, content);
  ASSERT_TRUE(result) << result.error().message;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 7U);
  EXPECT_EQ(requests[4].method + " " + requests[4].target, "PATCH /v2/app/blobs/uploads/2?s=2");
  EXPECT_EQ(requests[4].headers.at("content-range"), "0-4194303");
  EXPECT_EQ(requests[5].headers.at("content-range"), "4194304-8388607");
  EXPECT_EQ(requests[6].target, "/v2/app/blobs/uploads/4?s=4&digest=" + blob_of(content).digest);
  EXPECT_EQ(requests[6].headers.at("content-range"), "8388608-9437183");
}

TEST(RegistryClient, TakesUpWhatAnEarlierProcessHadBegun)
{
  const std::string content(1000, 'r');
  FaultServer server{{Reply{.status = 204, .headers = {"Location: /v2/app/blobs/uploads/7?s=b", "Range: 0-599"}}, Reply{.status = 201}}};
  const UploadOptions options{.resume = UploadProgress{.location = server.url() + "/v2/app/blobs/uploads/7?s=a"}};
  const auto result = open(server).upload_blob("app", blob_of(content).digest, content, options);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->resumed, 600U);
  EXPECT_EQ(result->sent, 400U);
  EXPECT_EQ(server.requests()[1].headers.at("content-range"), "600-999");
}

TEST(RegistryClient, LearnsOfABlobWhoseAnswerWasLost)
{
  const std::string content = "blob";
  FaultServer server{{Reply{.status = 202, .headers = {"Location: /u"}}, Reply{.fault = Reply::Fault::reset}, Reply{.status = 404},
                      Reply{.body = content, .headers = {"Docker-Content-Digest: " + blob_of(content).digest}}}};
  EXPECT_TRUE(open(server).upload_blob("app", blob_of(content).digest, content));
  EXPECT_EQ(server.requests()[3].method, "HEAD");
}

TEST(RegistryClient, RefusesARegistryThatStoresSomethingElse)
{
  FaultServer server{{Reply{.status = 202, .headers = {"Location: /u"}},
                      Reply{.status = 201, .headers = {"Docker-Content-Digest: " + blob_of("other").digest}},
                      Reply{.status = 201, .headers = {"Docker-Content-Digest: " + blob_of("other").digest}}}};
  Client client = open(server);
  EXPECT_FALSE(client.upload_blob("app", blob_of("blob").digest, "blob"));
  EXPECT_FALSE(client.put_manifest("app", "v1", media_type::k_oci_manifest, "{}"));
}

}  // namespace
}  // namespace davit::aws::registry
