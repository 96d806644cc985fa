// SPDX-License-Identifier: Apache-2.0
// AWS's signing suite through the binary, flags and all; and what the other offline commands of `davit aws` print.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Variables = std::map<std::string, std::string>;

const fs::path k_vectors = fs::path(DAVIT_SOURCE_DIR) / "../shared/vectors/sigv4";

std::string yes_or_no(bool value)
{
  return value ? "yes" : "no";
}

std::string sign(const fs::path& folder, const std::string& mode, const std::string& emit)
{
  const json context = json::parse(read_file(folder / "context.json").value());
  const json& keys = context.at("credentials");
  Variables variables{{"AWS_ACCESS_KEY_ID", keys.at("access_key_id")}, {"AWS_SECRET_ACCESS_KEY", keys.at("secret_access_key")}};
  if (keys.contains("token")) {
    variables["AWS_SESSION_TOKEN"] = keys.at("token");
  }
  const auto done = run_davit({.arguments = {"aws",
                                             "sign",
                                             "--request",
                                             (folder / "request.txt").string(),
                                             "--service",
                                             context.at("service"),
                                             "--region",
                                             context.at("region"),
                                             "--time",
                                             context.at("timestamp"),
                                             "--mode",
                                             mode,
                                             "--expires",
                                             std::to_string(context.at("expiration_in_seconds").get<int>()),
                                             "--normalize-path",
                                             yes_or_no(context.at("normalize")),
                                             "--sign-body",
                                             yes_or_no(context.at("sign_body")),
                                             "--omit-session-token",
                                             yes_or_no(context.value("omit_session_token", false)),
                                             "--emit",
                                             emit},
                               .environment = variables});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  return done.out;
}

TEST(AwsSign, ReproducesThePublishedSuite)
{
  if (!fs::exists(k_vectors)) {
    GTEST_SKIP() << "the published signing suite is not here: " << k_vectors.lexically_normal();
  }
  int signings = 0;
  for (const auto& entry : fs::directory_iterator(k_vectors)) {
    for (const std::string mode : {"header", "query"}) {
      bool all_agree = true;
      for (const auto& [emit, file] : {std::pair{"canonical-request", "canonical-request"},
                                       {"string-to-sign", "string-to-sign"},
                                       {"signature", "signature"},
                                       {"request", "signed-request"}}) {
        const std::string expected = read_file(entry.path() / (mode + "-" + file + ".txt")).value();
        const std::string actual = sign(entry.path(), mode, emit);
        EXPECT_EQ(actual, expected) << entry.path() << " " << mode << " " << emit;
        all_agree = all_agree && actual == expected;
      }
      signings += all_agree ? 1 : 0;
    }
  }
  EXPECT_EQ(signings, 76);
}

const Variables k_keys{{"AWS_ACCESS_KEY_ID", "AKID"},
                       {"AWS_SECRET_ACCESS_KEY", "it's secret"},
                       {"AWS_SESSION_TOKEN", "token"},
                       {"AWS_CREDENTIAL_EXPIRATION", "2999-01-01T00:00:00Z"},
                       {"AWS_REGION", "eu-west-1"}};

Finished aws(std::vector<std::string> arguments, const Variables& variables = k_keys, const std::string& input = {})
{
  arguments.insert(arguments.begin(), "aws");
  return run_davit({.arguments = std::move(arguments), .environment = variables, .input = input});
}

TEST(AwsSign, SaysWhereARequestIsWrong)
{
  const auto done = aws({"sign", "--request", "-", "--service", "s"}, k_keys, "GET / HTTP/1.1\nHost:a\nno colon\n");
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_NE(done.err.find("standard input:3:1: expected a header line"), std::string::npos) << done.err;
  EXPECT_EQ(aws({"sign", "--request", "-", "--service", "s"}, k_keys, "GET / HTTP/1.1\n").exit_code, 2) << "no Host";
  for (const char* const request :
       {"GET / HTTP/1.1\nHost:a\nX-Amz-Date:x\n", "GET / HTTP/1.1\nHost:a\nauthorization:x\n", "GET /?x-amz-signature=1 HTTP/1.1\nHost:a\n",
        "GET / HTTP/1.1\nHost:a\nhost:b\n", "GET / HTTP/1.0\nHost:a\n", "GET https://a/ HTTP/1.1\nHost:a\n", ""}) {
    EXPECT_EQ(aws({"sign", "--request", "-", "--service", "s"}, k_keys, request).exit_code, 2) << request;
  }
  EXPECT_EQ(aws({"sign", "--request", "-", "--service", "s", "--mode", "query", "--expires", "700000"}, k_keys, "GET / HTTP/1.1\nHost:a\n")
                .exit_code,
            2);
}

TEST(AwsEndpoint, SaysWhereAndWhy)
{
  const auto done = aws({"endpoint", "sts", "--region", "us-gov-west-1", "--fips", "-o", "json"});
  EXPECT_EQ(
      json::parse(done.out),
      json::parse(
          R"({"url":"https://sts.us-gov-west-1.amazonaws.com","signingName":"sts","signingRegion":"us-gov-west-1","origin":"region us-gov-west-1"})"));
  EXPECT_EQ(aws({"endpoint", "sts", "--fips", "--endpoint-url", "https://example.com"}).exit_code, 2);
  const auto custom = aws({"endpoint", "sts", "--endpoint-url", "https://example.com", "-o", "json"}, {});
  EXPECT_EQ(json::parse(custom.out).at("url"), "https://example.com") << "needs no region";
  EXPECT_EQ(aws({"endpoint", "sts"}, {}).exit_code, 2);
}

TEST(AwsCredentials, SpeaksTheFormsOfTheAwsCli)
{
  EXPECT_EQ(
      json::parse(aws({"credentials"}).out),
      json::parse(
          R"({"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"it's secret","SessionToken":"token","Expiration":"2999-01-01T00:00:00Z"})"));
  EXPECT_EQ(aws({"credentials", "--format", "env"}).out,
            "export AWS_ACCESS_KEY_ID=AKID\nexport AWS_SECRET_ACCESS_KEY='it'\\''s secret'\nexport AWS_SESSION_TOKEN=token\n"
            "export AWS_CREDENTIAL_EXPIRATION=2999-01-01T00:00:00Z\n");
  EXPECT_EQ(aws({"credentials", "--format", "fish"}).out.substr(0, 30), "set -gx AWS_ACCESS_KEY_ID AKID");
  EXPECT_EQ(json::parse(aws({"credentials", "--format", "json"}).out).at("sessionToken"), "token");
  EXPECT_EQ(aws({"credentials"}, {}).exit_code, 4);
}

TEST(AwsConfig, ShowsProfilesAndWhatWasIgnoredButNoSecret)
{
  TemporaryDirectory folder;
  const auto config =
      folder.write("config", "[profile a]\nregion = eu-west-1\naws_secret_access_key = canary\n[sso-session s]\nsso_region = x\n[oops]\n")
          .string();
  const auto done = aws({"config", "-o", "json"}, {{"AWS_CONFIG_FILE", config}});
  const auto document = json::parse(done.out);
  EXPECT_EQ(document.at("profiles").at("a").at("region"), "eu-west-1");
  EXPECT_EQ(document.at("ssoSessions").at("s").at("sso_region"), "x");
  EXPECT_EQ(document.at("ignored").at(0).at("line"), 6);
  EXPECT_EQ(document.at("ignored").at(0).at("file"), config);
  EXPECT_EQ(done.out.find("canary"), std::string::npos);
  folder.write("config", "name = value\n");
  EXPECT_EQ(aws({"config"}, {{"AWS_CONFIG_FILE", config}}).exit_code, 2);
}

TEST(Whoami, ExplainsEverySourceWithoutAnyCredentials)
{
  const auto done = run_davit({.arguments = {"whoami", "--explain", "-o", "json"}, .environment = {{"AWS_REGION", "eu-west-1"}}});
  EXPECT_EQ(done.exit_code, 4);
  const auto document = json::parse(done.out);
  EXPECT_EQ(document.at("steps").size(), 10U);
  EXPECT_TRUE(document.at("account").is_null());
  for (const auto& step : document.at("steps")) {
    EXPECT_EQ(step.at("result"), "skipped");
  }
}

/// The dynamic loader itself says which libraries a process opens.
bool loads_libcurl(const std::vector<std::string>& arguments, Variables variables)
{
  variables["LD_DEBUG"] = "files";
  return run_davit({.arguments = arguments, .environment = variables, .input = "{}"}).err.find("libcurl") != std::string::npos;
}

TEST(OfflineCommands, NeverLoadLibcurl)
{
  for (const auto& arguments : {std::vector<std::string>{"version"},
                                {"aws", "endpoint", "sts"},
                                {"aws", "credentials"},
                                {"aws", "config"},
                                {"aws", "call", "dynamodb", "PutItem", "--dry-run"},
                                {"--help"}}) {
    EXPECT_FALSE(loads_libcurl(arguments, k_keys)) << arguments.back();
  }
  EXPECT_TRUE(loads_libcurl({"aws", "call", "dynamodb", "ListTables", "--endpoint-url", "http://127.0.0.1:9"}, k_keys))
      << "else this test could not fail";
}

}  // namespace
}  // namespace davit::tests
