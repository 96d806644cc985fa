// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/sigv4.hpp"

#include <gtest/gtest.h>

#include <set>

namespace davit::aws::auth::sigv4 {
namespace {

const Credentials k_keys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

SigningOptions options_for(const std::string& service, Placement placement = Placement::header)
{
  return {.region = "us-east-1", .service = service, .time = parse_time("2015-08-30T12:36:00Z").value(), .placement = placement};
}

http::Request get(const std::string& path, const std::string& query = "")
{
  http::Request request;
  request.url = {.scheme = "https", .host = "example.amazonaws.com", .port = 443, .path = path, .query = query};
  return request;
}

std::string canonical_path_line(const http::Request& request, const std::string& service)
{
  const std::string canonical = sign(request, k_keys, options_for(service))->signing.canonical_request;
  const auto start = canonical.find('\n') + 1;
  return canonical.substr(start, canonical.find('\n', start) - start);
}

TEST(Sigv4, EncodesTheWirePathOnceMore)
{
  EXPECT_EQ(canonical_path_line(get("/2015-03-31/functions/arn%3Aaws/invocations"), "lambda"),
            "/2015-03-31/functions/arn%253Aaws/invocations");
  EXPECT_EQ(canonical_path_line(get("/a@b"), "lambda"), "/a%40b");
}

TEST(Sigv4, SignsS3PathsAsTheyAre)
{
  EXPECT_EQ(canonical_path_line(get("/bucket//key/../a%20b"), "s3"), "/bucket//key/../a%20b");
  EXPECT_EQ(canonical_path_line(get("/a@b+c%2B"), "s3"), "/a%40b%2Bc%2B") << "as S3 encodes the key, and once";
}

TEST(Sigv4, RefusesWhatIsAlreadySigned)
{
  for (const char* const name : {"Authorization", "X-Amz-Date", "x-amz-security-token", "X-Amz-Content-Sha256", "X-Amz-S3session-Token"}) {
    auto request = get("/");
    request.headers.add(name, "x");
    const auto result = sign(request, k_keys, options_for("service"));
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().kind, ErrorKind::usage);
  }
  for (const char* const name :
       {"X-Amz-Signature", "X-Amz-Date", "X-Amz-Credential", "X-Amz-Algorithm", "X-Amz-SignedHeaders", "X-Amz-Expires"}) {
    EXPECT_FALSE(sign(get("/", std::string(name) + "=x"), k_keys, options_for("service", Placement::query))) << name;
  }
}

TEST(Sigv4, RefusesHostileScopes)
{
  for (const char* const region : {"", "x/evil", "a b", "eu-west-1\n", "*", "us-east-1,us-west-2"}) {
    auto options = options_for("service");
    options.region = region;
    EXPECT_FALSE(sign(get("/"), k_keys, options)) << region;
  }
}

TEST(Sigv4, BoundsTheLifeOfAPresignedRequest)
{
  for (const auto& [seconds, good] : {std::pair{0, false}, {1, true}, {604800, true}, {604801, false}}) {
    auto options = options_for("service", Placement::query);
    options.expires = std::chrono::seconds{seconds};
    EXPECT_EQ(sign(get("/"), k_keys, options).has_value(), good) << seconds;
  }
}

TEST(Sigv4, LeavesOutWhatProxiesChange)
{
  auto request = get("/");
  for (const char* const name :
       {"User-Agent", "Expect", "Connection", "X-Amzn-Trace-Id", "Proxy-Authorization", "Transfer-Encoding", "Sec-WebSocket-Key"}) {
    request.headers.add(name, "x");
  }
  const auto result = sign(request, k_keys, options_for("service"));
  ASSERT_TRUE(result);
  EXPECT_NE(result->signing.canonical_request.find("\n\nhost;x-amz-date\n"), std::string::npos);
}

TEST(Sigv4, S3AlwaysSendsTheHashAndPresignsWithoutOne)
{
  EXPECT_TRUE(sign(get("/key"), k_keys, options_for("s3"))->request.headers.get("x-amz-content-sha256"));
  const auto presigned = sign(get("/key"), k_keys, options_for("s3", Placement::query));
  ASSERT_TRUE(presigned);
  EXPECT_FALSE(presigned->request.headers.get("x-amz-content-sha256"));
  EXPECT_TRUE(presigned->signing.canonical_request.ends_with("\nUNSIGNED-PAYLOAD"));
}

TEST(Sigv4, ReadsNoSignatureWhereThereIsNone)
{
  const auto presented = read_signature(get("/"));
  ASSERT_TRUE(presented);
  EXPECT_FALSE(*presented);
}

TEST(Sigv4, NamesWhatAnIncompleteSignatureLacks)
{
  struct Case {
    std::string query;
    std::string authorization;
    std::string lacks;
  };
  const Case cases[] = {
      {"", "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/s/aws4_request",
       "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
       "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"},
      {"", "AWS4- Signature=b Credential=a",
       "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
       "header. Authorization=AWS4- Signature=b Credential=a"},
      {"X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d", "",
       "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."},
      {"X-Amz-Algorithm", "",
       "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Credential'. "
       "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
       "AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."},
  };
  for (const Case& one : cases) {
    auto request = get("/");
    request.url.query = one.query;
    if (!one.authorization.empty()) {
      request.headers.add("Authorization", one.authorization);
    }
    const auto presented = read_signature(request);
    ASSERT_FALSE(presented) << one.lacks;
    EXPECT_EQ(presented.error().message, one.lacks);
  }
}

TEST(Sigv4, ReadsPartsDividedBySpacesOrCommas)
{
  for (const char* list : {"Credential=A/20150830/us-east-1/s/aws4_request,SignedHeaders=host;x,Signature=1",
                           "Credential=A/20150830/us-east-1/s/aws4_request SignedHeaders=host;x Signature=1"}) {
    auto request = get("/");
    request.headers.add("Authorization", std::string("AWS4-HMAC-SHA256 ") + list);
    request.headers.add("X-Amz-Date", "20150830T123600Z");
    const auto presented = read_signature(request);
    ASSERT_TRUE(presented && *presented) << list;
    EXPECT_EQ((*presented)->signature, "1");
    EXPECT_EQ((*presented)->signed_headers, (std::vector<std::string>{"host", "x"}));
  }
}

TEST(Sigv4, AChangedBodyChangesTheSignature)
{
  auto request = get("/");
  request.method = "POST";
  request.body = "{}";
  auto options = options_for("dynamodb");
  options.content_sha256_header = ContentSha256Header::yes;
  auto signed_request = sign(request, k_keys, options)->request;
  const auto presented = read_signature(signed_request)->value();
  EXPECT_EQ(expected_signing(signed_request, presented, k_keys.secret_access_key).signature, presented.signature);
  signed_request.body = "{ }";
  EXPECT_NE(expected_signing(signed_request, presented, k_keys.secret_access_key).signature, presented.signature);
}

TEST(Sigv4, EachSecretAndScopeHasAKeyOfItsOwn)
{
  const auto signature = [](const std::string& secret, const std::string& region, const std::string& service, const char* time) {
    SigningOptions options = options_for(service);
    options.region = region;
    options.time = parse_time(time).value();
    return sign(get("/"), {"AKIDEXAMPLE", secret}, options)->signing.signature;
  };
  const std::string first = signature("one", "us-east-1", "dynamodb", "2015-08-30T12:36:00Z");
  std::set<std::string> all{first};
  all.insert(signature("two", "us-east-1", "dynamodb", "2015-08-30T12:36:00Z"));
  all.insert(signature("one", "eu-west-1", "dynamodb", "2015-08-30T12:36:00Z"));
  all.insert(signature("one", "us-east-1", "lambda", "2015-08-30T12:36:00Z"));
  all.insert(signature("one", "us-east-1", "dynamodb", "2015-08-31T12:36:00Z"));
  EXPECT_EQ(all.size(), 5U);
  EXPECT_EQ(signature("one", "us-east-1", "dynamodb", "2015-08-30T12:36:00Z"), first);
}

TEST(Credentials, AbbreviatesKeyIds)
{
  EXPECT_EQ(abbreviate_key_id("AKIAIOSFODNN7EXAMPLE"), "AKIA...MPLE");
  EXPECT_EQ(abbreviate_key_id("test"), "test");
}

}  // namespace
}  // namespace davit::aws::auth::sigv4
