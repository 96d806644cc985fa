// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/config_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/auth/environment.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"

namespace davit::aws::auth {
namespace {

namespace fs = std::filesystem;

const fs::path k_vectors = fs::path(DAVIT_SOURCE_DIR) / "../shared/vectors/aws-config";

Json to_json(const std::map<std::string, Section>& sections)
{
  Json out = Json::object();
  for (const auto& [name, section] : sections) {
    out[name] = Json::object();
    for (const auto& [key, property] : section) {
      out[name][key] = property.value;
    }
  }
  return out;
}

Result<ConfigFile> parse_both(const Json& input)
{
  auto config = parse_config_file(input.value("configFile", ""), "config", ConfigFileKind::config);
  auto credentials = parse_config_file(input.value("credentialsFile", ""), "credentials", ConfigFileKind::credentials);
  if (!config || !credentials) {
    return config ? credentials : config;
  }
  return merge(std::move(*config), std::move(*credentials));
}

void check(const Json& c)
{
  SCOPED_TRACE(c.at("name").get<std::string>());
  const auto parsed = parse_both(c.at("input"));
  const Json& expected = c.at("output");
  if (expected.contains("errorContaining")) {
    ASSERT_FALSE(parsed);
    EXPECT_NE(parsed.error().message.find(expected.at("errorContaining").get<std::string>()), std::string::npos) << parsed.error().message;
    return;
  }
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(to_json(parsed->profiles), expected.at("config").at("profiles"));
  EXPECT_EQ(to_json(parsed->sso_sessions), expected.at("config").value("sso_sessions", Json::object()));
}

TEST(ConfigFileVectors, AgreeWithThePublishedCases)
{
  if (!fs::exists(k_vectors)) {
    GTEST_SKIP() << "the published profile cases are not here: " << k_vectors.lexically_normal();
  }
  const Json cases = parse_json(read_file(k_vectors / "profile-parser-tests.json").value(), "cases").value();
  EXPECT_EQ(cases.at("tests").size(), 65U);
  for (const auto& c : cases.at("tests")) {
    check(c);
  }
}

TEST(FileLocationVectors, AgreeWithThePublishedCases)
{
  if (!fs::exists(k_vectors)) {
    GTEST_SKIP() << "the published file location cases are not here: " << k_vectors.lexically_normal();
  }
  const Json cases = parse_json(read_file(k_vectors / "file-location-tests.json").value(), "cases").value();
  for (const auto& c : cases.at("tests")) {
    if (c.at("platform") == "windows") {
      continue;
    }
    SCOPED_TRACE(c.at("name").get<std::string>());
    const Environment environment{c.at("environment").get<std::map<std::string, std::string>>()};
    EXPECT_EQ(environment.config_file(), c.at("configLocation").get<std::string>());
    EXPECT_EQ(environment.credentials_file(), c.at("credentialsLocation").get<std::string>());
  }
}

TEST(ConfigFile, KnowsWhereEachValueStands)
{
  const auto parsed = parse_config_file("# head\n[profile a]\nregion = eu-west-1\n", "~/.aws/config", ConfigFileKind::config);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->profiles.at("a").at("region").origin(), "~/.aws/config:3");
}

TEST(ConfigFile, AcceptsQuotedNamesAsBotocoreDoes)
{
  const auto parsed = parse_config_file("[profile \"a b\"]\nregion = x\n", "config", ConfigFileKind::config);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->profiles.contains("a b"));
}

TEST(ConfigFile, SaysWhatItIgnored)
{
  const auto parsed =
      parse_config_file("[foo]\na = b\n[profile x]\nin valid = 1\n[default]\n[profile default]\n", "config", ConfigFileKind::config);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->ignored.size(), 3U);
  EXPECT_EQ(parsed->ignored[0].line, 1);
  EXPECT_EQ(parsed->ignored[1].line, 4);
  EXPECT_EQ(parsed->ignored[2].line, 5);
}

TEST(ConfigFile, ReadsNestedProperties)
{
  const auto parsed =
      parse_config_file("[services s]\ndynamodb =\n  endpoint_url = http://localhost:8000\n", "config", ConfigFileKind::config);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(nested_properties(parsed->services.at("s").at("dynamodb")).at("endpoint_url"), "http://localhost:8000");
}

TEST(ConfigFile, ErrorsNeverShowAValue)
{
  const auto parsed = parse_config_file("[default]\n= wJalrXUtnFEMI\n", "credentials", ConfigFileKind::credentials);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "credentials:2: Property did not have a name");
}

TEST(Environment, TreatsBlankAsUnset)
{
  const Environment environment{{{"AWS_REGION", "  "}, {"AWS_PROFILE", "x"}, {"HOME", "/h"}, {"AWS_CONFIG_FILE", "~/c"}}};
  EXPECT_FALSE(environment.get("AWS_REGION"));
  EXPECT_EQ(environment.get("AWS_PROFILE"), "x");
  EXPECT_EQ(environment.config_file(), "/h/c");
}

}  // namespace
}  // namespace davit::aws::auth
