// SPDX-License-Identifier: Apache-2.0
// AWS's own signing suite (awslabs/aws-c-auth): every stage of every case, in both placements, signed and checked.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/auth/sigv4.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/http/message_text.hpp"

namespace davit::aws::auth::sigv4 {
namespace {

namespace fs = std::filesystem;

const fs::path k_signings = fs::path(DAVIT_SOURCE_DIR) / "../shared/vectors/sigv4";

std::vector<std::string> case_names()
{
  std::vector<std::string> names;
  if (fs::exists(k_signings)) {
    for (const auto& entry : fs::directory_iterator(k_signings)) {
      names.push_back(entry.path().filename());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string text_of(const std::string& name, const std::string& file)
{
  auto content = read_file(k_signings / name / file);
  EXPECT_TRUE(content) << name << "/" << file;
  return content.value_or("");
}

struct Case {
  http::Request request;
  Credentials credentials;
  SigningOptions options;
};

Case load(const std::string& name, Placement placement)
{
  const Json context = parse_json(text_of(name, "context.json"), name).value();
  const Json& keys = context.at("credentials");
  return {.request = http::parse_request_text(text_of(name, "request.txt"), name).value(),
          .credentials = Credentials(keys.at("access_key_id"), keys.at("secret_access_key"), keys.value("token", "")),
          .options = {.region = context.at("region"),
                      .service = context.at("service"),
                      .time = parse_time(context.at("timestamp").get<std::string>()).value(),
                      .placement = placement,
                      .expires = std::chrono::seconds{context.at("expiration_in_seconds").get<int>()},
                      .normalize_path = context.at("normalize").get<bool>() ? NormalizePath::yes : NormalizePath::no,
                      .content_sha256_header = context.at("sign_body").get<bool>() ? ContentSha256Header::yes : ContentSha256Header::no,
                      .session_token = context.value("omit_session_token", false) ? SessionToken::appended : SessionToken::signed_}};
}

class SigningSuite : public testing::TestWithParam<std::tuple<std::string, Placement>>
{
};

TEST_P(SigningSuite, EveryStageAgrees)
{
  const auto& [name, placement] = GetParam();
  const std::string prefix = placement == Placement::header ? "header-" : "query-";
  const Case c = load(name, placement);
  const auto result = sign(c.request, c.credentials, c.options);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->signing.canonical_request, text_of(name, prefix + "canonical-request.txt"));
  EXPECT_EQ(result->signing.string_to_sign, text_of(name, prefix + "string-to-sign.txt"));
  EXPECT_EQ(result->signing.signature, text_of(name, prefix + "signature.txt"));
  EXPECT_EQ(http::to_text(result->request), text_of(name, prefix + "signed-request.txt"));
}

TEST_P(SigningSuite, TheServersSideComputesTheSameSignature)
{
  const auto& [name, placement] = GetParam();
  const Case c = load(name, placement);
  if (c.options.normalize_path == NormalizePath::no || c.options.session_token == SessionToken::appended) {
    return;  // a service checks by the common rules; these two are agreed upon with the few services that differ
  }
  const auto result = sign(c.request, c.credentials, c.options);
  ASSERT_TRUE(result);
  const auto presented = read_signature(result->request);
  ASSERT_TRUE(presented && *presented);
  EXPECT_EQ((*presented)->access_key_id, c.credentials.access_key_id);
  EXPECT_EQ((*presented)->session_token, c.credentials.session_token);
  EXPECT_EQ(expected_signing(result->request, **presented, c.credentials.secret_access_key).signature, (*presented)->signature);
  EXPECT_NE(expected_signing(result->request, **presented, "another secret").signature, (*presented)->signature);
}

std::string label(const testing::TestParamInfo<std::tuple<std::string, Placement>>& info)
{
  std::string out = std::get<0>(info.param) + (std::get<1>(info.param) == Placement::header ? "_header" : "_query");
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

INSTANTIATE_TEST_SUITE_P(AwsCAuth, SigningSuite,
                         testing::Combine(testing::ValuesIn(case_names()), testing::Values(Placement::header, Placement::query)), label);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SigningSuite);

TEST(SigningSuiteCounts, SeventySixSignings)
{
  if (!fs::exists(k_signings)) {
    GTEST_SKIP() << "the published signing suite is not here: " << k_signings.lexically_normal();
  }
  EXPECT_EQ(case_names().size() * 2, 76U);
}

}  // namespace
}  // namespace davit::aws::auth::sigv4
