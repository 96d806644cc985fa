// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credentials_chain.hpp"

#include <gtest/gtest.h>

namespace davit::aws::auth {
namespace {

using Outcome = ChainStep::Outcome;

const TimePoint k_now = parse_time("2026-01-01T00:00:00Z").value();

ConfigFile files(const std::string& config, const std::string& credentials = "")
{
  return merge(parse_config_file(config, "/h/.aws/config", ConfigFileKind::config).value(),
               parse_config_file(credentials, "/h/.aws/credentials", ConfigFileKind::credentials).value());
}

struct Setup {
  std::map<std::string, std::string> variables;
  std::string config;
  std::string credentials;
  std::string typed_profile;
};

ChainResult find(Setup setup)
{
  setup.variables.emplace("HOME", "/h");
  const Environment environment{setup.variables};
  const FetchCredentials nobody_answers = [](const SourceChain& chain) -> Result<Credentials> {
    return fail(Error{.kind = std::holds_alternative<NamedSource>(chain.source) ? ErrorKind::unavailable : ErrorKind::credentials,
                      .message = "nobody answers"});
  };
  return find_credentials(environment, files(setup.config, setup.credentials), choose_profile(environment, setup.typed_profile), k_now,
                          nobody_answers);
}

std::map<std::string, std::string> keys(const std::string& id = "ENVKEY")
{
  return {{"AWS_ACCESS_KEY_ID", id}, {"AWS_SECRET_ACCESS_KEY", "s"}};
}

const ChainStep* step(const ChainResult& result, Outcome outcome)
{
  for (const auto& s : result.steps) {
    if (s.outcome == outcome) {
      return &s;
    }
  }
  return nullptr;
}

/// The source that failed, else the one that was used.
std::string decided_by(Setup setup)
{
  const auto result = find(std::move(setup));
  for (const auto outcome : {Outcome::failed, Outcome::used}) {
    if (const auto* const decisive = step(result, outcome)) {
      return decisive->source;
    }
  }
  return "none";
}

constexpr const char* k_default_keys = "[default]\naws_access_key_id = FILEKEY\naws_secret_access_key = s\n";

TEST(CredentialsChain, EnvironmentWinsOverProfiles)
{
  const auto result = find({keys(), "", k_default_keys, ""});
  EXPECT_EQ(result.credentials->access_key_id, "ENVKEY");
  EXPECT_EQ(step(result, Outcome::used)->source, "env");
  EXPECT_EQ(result.steps.size(), 10U) << "every source is named";
}

TEST(CredentialsChain, ANamedProfileVariableDoesNotBeatTheKeysOfTheEnvironment)
{
  auto variables = keys();
  variables["AWS_PROFILE"] = "x";
  const auto result = find({variables, "[profile x]\n", k_default_keys, ""});
  EXPECT_EQ(result.credentials->access_key_id, "ENVKEY");
  EXPECT_EQ(result.notices.size(), 1U);
}

TEST(CredentialsChain, ATypedProfilePassesOverTheEnvironment)
{
  const auto result = find({keys(), "", "[x]\naws_access_key_id = X\naws_secret_access_key = s\naws_session_token = t\n", "x"});
  EXPECT_EQ(result.credentials->access_key_id, "X");
  EXPECT_EQ(result.credentials->session_token, "t");
  EXPECT_EQ(step(result, Outcome::used)->origin, "/h/.aws/credentials:2");
  EXPECT_EQ(result.notices.size(), 1U);
}

TEST(CredentialsChain, HalfAPairIsAnErrorAndNeverFallsThrough)
{
  for (const char* const present : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
    const auto result = find({{{present, "x"}}, "", k_default_keys, ""});
    ASSERT_FALSE(result.credentials);
    EXPECT_EQ(result.credentials.error().kind, ErrorKind::credentials);
  }
  const auto in_file =
      find({{}, "[default]\naws_access_key_id = A\naws_secret_access_key = s\n", "[default]\naws_access_key_id = B\n", ""});
  EXPECT_TRUE(in_file.credentials) << "the two files are one profile";
  EXPECT_FALSE(find({{}, "", "[default]\naws_access_key_id = B\n", ""}).credentials);
}

TEST(CredentialsChain, BlankVariablesAreUnset)
{
  const auto result = find({{{"AWS_ACCESS_KEY_ID", " "}, {"AWS_SECRET_ACCESS_KEY", ""}}, "", k_default_keys, ""});
  EXPECT_EQ(result.credentials->access_key_id, "FILEKEY");
}

TEST(CredentialsChain, AnUnknownNamedProfileIsAnErrorWithASuggestion)
{
  const auto result = find({keys(), "[profile production]\n", "", "prodction"});
  ASSERT_FALSE(result.credentials);
  EXPECT_EQ(result.credentials.error().kind, ErrorKind::usage);
  EXPECT_EQ(result.credentials.error().hint, "did you mean 'production'?");
}

TEST(CredentialsChain, AwsProfileWinsOverAwsDefaultProfile)
{
  const Environment environment{{{"AWS_PROFILE", "a"}, {"AWS_DEFAULT_PROFILE", "b"}}};
  EXPECT_EQ(choose_profile(environment, "").name, "a");
  EXPECT_EQ(choose_profile(environment, "c").name, "c");
}

TEST(CredentialsChain, ExpiredCredentialsAreRefused)
{
  auto variables = keys();
  variables["AWS_CREDENTIAL_EXPIRATION"] = "2025-12-31T23:59:59Z";
  EXPECT_EQ(find({variables, "", "", ""}).credentials.error().kind, ErrorKind::credentials);
  variables["AWS_CREDENTIAL_EXPIRATION"] = "2026-01-01T01:00:00Z";
  EXPECT_EQ(find({variables, "", "", ""}).credentials->expires_at, parse_time("2026-01-01T01:00:00Z").value());
  variables["AWS_CREDENTIAL_EXPIRATION"] = "soon";
  EXPECT_FALSE(find({variables, "", "", ""}).credentials);
}

TEST(CredentialsChain, WhatAProfileAsksForDecidesEvenWhenItFails)
{
  constexpr const char* k_session = "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://x\n";
  const std::tuple<const char*, std::string, const char*> cases[] = {
      {"assume-role", "[default]\nrole_arn = r\ncredential_source = EcsContainer\n", "nobody answers"},
      {"assume-role", "[default]\nrole_arn = r\n", "neither source_profile nor credential_source"},
      {"assume-role-with-web-identity", "[default]\nweb_identity_token_file = f\nrole_arn = r\n", "nobody answers"},
      {"sso", std::string("[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n") + k_session, "nobody answers"},
      {"sso", "[default]\nsso_session = s\n", "no [sso-session s]"},
      {"login", "[default]\nlogin_session = l\n", "not supported yet"},
      {"custom-process", "[default]\ncredential_process = p\n", "nobody answers"}};
  for (const auto& [source, config, message] : cases) {
    const auto result = find({{}, config, "", ""});
    ASSERT_FALSE(result.credentials) << config;
    EXPECT_NE(result.credentials.error().message.find(message), std::string::npos) << result.credentials.error().message;
    ASSERT_NE(step(result, Outcome::failed), nullptr) << config;
    EXPECT_EQ(step(result, Outcome::failed)->source, source);
    EXPECT_EQ(step(result, Outcome::failed)->origin, "/h/.aws/config:2");
    EXPECT_EQ(result.steps.size(), 10U) << "every source is named";
  }
}

TEST(CredentialsChain, AsksInTheOrderOfTheAwsCli)
{
  const std::map<std::string, std::string> identity{{"AWS_WEB_IDENTITY_TOKEN_FILE", "f"}, {"AWS_ROLE_ARN", "r"}};
  EXPECT_EQ(decided_by({identity, "", k_default_keys, ""}), "assume-role-with-web-identity") << "not the keys of the file";
  EXPECT_EQ(decided_by({identity, "", "[x]\naws_access_key_id = X\naws_secret_access_key = s\n", "x"}), "shared-credentials-file")
      << "a typed profile passes over the token too";
  EXPECT_EQ(decided_by({{{"AWS_WEB_IDENTITY_TOKEN_FILE", "f"}}, "", k_default_keys, ""}), "assume-role-with-web-identity")
      << "no AWS_ROLE_ARN";
  EXPECT_EQ(decided_by({{}, "[default]\nrole_arn = r\nsource_profile = default\n", k_default_keys, ""}), "assume-role");
  EXPECT_EQ(decided_by({{}, "[default]\ncredential_process = p\n", k_default_keys, ""}), "shared-credentials-file");
  EXPECT_EQ(decided_by({{}, "[default]\ncredential_process = p\naws_access_key_id = A\naws_secret_access_key = s\n", "", ""}),
            "custom-process");
  EXPECT_EQ(decided_by({{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/"}}, "", "", ""}), "container-role");
  EXPECT_EQ(decided_by({{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/"}}, "", k_default_keys, ""}), "shared-credentials-file");
  EXPECT_EQ(decided_by({{}, "", "", ""}), "none") << "a machine that is no instance is no error";
}

TEST(CredentialsChain, KeysOfTheConfigFileComeAfterThoseOfTheCredentialsFile)
{
  const auto result = find({{}, "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = s\n", "", ""});
  EXPECT_EQ(step(result, Outcome::used)->source, "config-file");
  EXPECT_EQ(
      step(find({{}, "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = s\n", k_default_keys, ""}), Outcome::used)->source,
      "shared-credentials-file");
}

TEST(CredentialsChain, SaysWhatToDoWithoutAny)
{
  const auto result = find({{}, "", "", ""});
  ASSERT_FALSE(result.credentials);
  EXPECT_EQ(result.credentials.error().message, "no AWS credentials found");
}

}  // namespace
}  // namespace davit::aws::auth
