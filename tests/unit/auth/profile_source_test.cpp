// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/profile_source.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/auth/container_credentials.hpp"
#include "aws/auth/credential_process.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"

namespace davit::aws::auth {
namespace {

namespace fs = std::filesystem;

const fs::path k_profile_vectors = fs::path(DAVIT_SOURCE_DIR) / "../shared/vectors/aws-config";

Json vectors(const char* name)
{
  return parse_json(read_file(k_profile_vectors / name).value(), name).value();
}

std::map<std::string, Section> sections_of(const Json& object)
{
  std::map<std::string, Section> out;
  for (const auto& [name, members] : object.items()) {
    Section& section = out[name];
    for (const auto& [key, value] : members.items()) {
      section[key] = {.value = value.get<std::string>(), .file = "config", .line = 1};
    }
  }
  return out;
}

void set(Json& object, const char* name, const std::string& value)
{
  if (!value.empty()) {
    object[name] = value;
  }
}

/// A chain in the words of the vectors.
struct Describe {
  Json operator()(const Credentials& keys) const
  {
    Json out = {{"access_key_id", keys.access_key_id}, {"secret_access_key", keys.secret_access_key}};
    set(out, "account_id", keys.account_id);
    return {{"AccessKey", out}};
  }
  Json operator()(NamedSource source) const
  {
    constexpr const char* k_names[] = {"Environment", "EcsContainer", "Ec2InstanceMetadata"};
    return {{"NamedSource", k_names[static_cast<int>(source)]}};
  }
  Json operator()(const WebIdentity& identity) const
  {
    Json out = {{"role_arn", identity.role_arn}, {"web_identity_token_file", identity.token_file}};
    set(out, "role_session_name", identity.session_name);
    return {{"WebIdentityToken", out}};
  }
  Json operator()(const SsoRole& role) const
  {
    Json out = {{"sso_region", role.region}, {"sso_start_url", role.start_url}};
    set(out, "sso_account_id", role.account_id);
    set(out, "sso_role_name", role.role_name);
    set(out, "sso_session", role.session_name);
    return {{"Sso", out}};
  }
  Json operator()(const CredentialProcess& process) const { return {{"CredentialProcess", process.command}}; }
};

Json describe(const SourceChain& chain)
{
  Json out = Json::array({std::visit(Describe{}, chain.source)});
  for (const auto& role : chain.roles) {
    Json step = {{"role_arn", role.role_arn}};
    set(step, "external_id", role.external_id);
    set(step, "role_session_name", role.session_name);
    out.push_back({{"AssumeRole", step}});
  }
  return out;
}

TEST(SourceChain, AgreesWithThePublishedCases)
{
  if (!fs::exists(k_profile_vectors)) {
    GTEST_SKIP() << "the published cases are not here: " << k_profile_vectors.lexically_normal();
  }
  int checked = 0;
  for (const auto& c : vectors("assume-role-tests.json")) {
    const Json& input = c.at("input");
    ConfigFile files;
    files.profiles = sections_of(input.at("profiles"));
    files.sso_sessions = sections_of(input.value("sso_sessions", Json::object()));
    const auto chain = source_chain_of(files, input.at("selected_profile"));
    ++checked;
    if (c.at("output").contains("Error")) {
      EXPECT_FALSE(chain) << c.at("docs");
      continue;
    }
    ASSERT_TRUE(chain) << c.at("docs") << " " << chain.error().message;
    EXPECT_EQ(describe(*chain), c.at("output").at("ProfileChain")) << c.at("docs");
  }
  EXPECT_EQ(checked, 28);
}

TEST(SourceChain, PassesOverADurationThatIsNoNumber)
{
  ConfigFile files;
  files.profiles["a"] = {
      {"role_arn", {"r", "f", 1}}, {"credential_source", {"Environment", "f", 2}}, {"duration_seconds", {"900", "f", 3}}};
  EXPECT_EQ(source_chain_of(files, "a")->roles[0].duration, std::chrono::seconds{900});
  files.profiles["a"]["duration_seconds"].value = "900s";
  EXPECT_FALSE(source_chain_of(files, "a")->roles[0].duration);
  files.profiles["a"]["credential_source"].value = "Elsewhere";
  EXPECT_FALSE(source_chain_of(files, "a"));
}

TEST(ContainerUrl, AgreesWithThePublishedCases)
{
  if (!fs::exists(k_profile_vectors)) {
    GTEST_SKIP() << "the published cases are not here: " << k_profile_vectors.lexically_normal();
  }
  const Json file = vectors("ecs-tests.json");
  for (const auto& c : file.at("tests")) {
    const auto url = container_credentials_url(Environment{c.at("env").get<std::map<std::string, std::string>>()});
    const Json& result = c.at("result");
    if (result.contains("Ok")) {
      ASSERT_TRUE(url && *url) << c.at("docs");
      EXPECT_EQ((*url)->to_string(), result.at("Ok")) << c.at("docs");
    } else {
      EXPECT_TRUE(!url || !*url) << c.at("docs");
    }
  }
}

TEST(ContainerUrl, GoesNowhereElseInTheClear)
{
  for (const char* const url :
       {"http://example.com/", "http://169.254.169.254/", "http://169.254.170.2.evil.example/", "ftp://localhost/"}) {
    EXPECT_FALSE(container_credentials_url(Environment{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}})) << url;
  }
  EXPECT_FALSE(container_credentials_url(Environment{{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example/"}}}));
}

TEST(SplitCommand, ReadsPosixQuotes)
{
  using Words = std::vector<std::string>;
  EXPECT_EQ(split_command("a  'b c' \"d \\\" e\" f\\ g")->size(), 4U);
  EXPECT_EQ(*split_command("/opt/tool --x 'a b'\"c\"d"), (Words{"/opt/tool", "--x", "a bcd"}));
  EXPECT_EQ(*split_command("p '' \"\\n\" $HOME"), (Words{"p", "", "\\n", "$HOME"})) << "nothing is expanded";
  EXPECT_FALSE(split_command("p 'open"));
  EXPECT_FALSE(split_command("  "));
}

}  // namespace
}  // namespace davit::aws::auth
