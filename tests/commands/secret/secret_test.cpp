// SPDX-License-Identifier: Apache-2.0
// Secrets through the binary, against the embedded local AWS.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/local_aws.hpp"

namespace davit::tests {
namespace {

using nlohmann::json;

class SecretCommands : public testing::Test
{
protected:
  LocalAws m_aws;
};

TEST_F(SecretCommands, SetsReadsAndKeepsTheValueBefore)
{
  const auto created = m_aws.davit({"secret", "set", "app", "-o", "json"}, "first\n");
  ASSERT_EQ(created.exit_code, 0) << created.err;
  EXPECT_EQ(json::parse(created.out).at("result"), "created");
  EXPECT_EQ(json::parse(m_aws.davit({"secret", "set", "app", "-o", "json"}, "first\n").out).at("result"), "unchanged");
  EXPECT_EQ(json::parse(m_aws.davit({"secret", "set", "app", "-o", "json"}, "second").out).at("result"), "updated");
  EXPECT_EQ(m_aws.davit({"secret", "get", "app"}).out, "second") << "exactly its bytes";
  EXPECT_EQ(m_aws.davit({"secret", "get", "app", "--version-stage", "AWSPREVIOUS"}).out, "first");
}

TEST_F(SecretCommands, TakesAFileByteForByte)
{
  TemporaryDirectory folder;
  const auto file = folder.write("value.json", "{\"db\":{\"password\":\"p\xC3\xA4ss\"},\"a.b\":[1,2]}\n").string();
  ASSERT_EQ(m_aws.davit({"secret", "set", "db", "@" + file}).exit_code, 0);
  EXPECT_EQ(m_aws.davit({"secret", "get", "db"}).out, "{\"db\":{\"password\":\"p\xC3\xA4ss\"},\"a.b\":[1,2]}\n");
  EXPECT_EQ(m_aws.davit({"secret", "get", "db", "--json-key", "db.password"}).out, "p\xC3\xA4ss");
  EXPECT_EQ(m_aws.davit({"secret", "get", "db", "--json-key", "a.b"}).out, "[1,2]");
  EXPECT_EQ(m_aws.davit({"secret", "get", "db", "--json-key", "db.nope"}).exit_code, 3);
}

TEST_F(SecretCommands, DryRunWritesNothing)
{
  const auto plan = m_aws.davit({"secret", "set", "app", "--dry-run", "-o", "json"}, "canary");
  EXPECT_EQ(json::parse(plan.out).at("steps").at(0).at("action"), "create");
  EXPECT_EQ(plan.out.find("canary"), std::string::npos);
  EXPECT_EQ(m_aws.davit({"secret", "get", "app"}).exit_code, 3);
}

TEST_F(SecretCommands, ShowsNoValueUnasked)
{
  ASSERT_EQ(m_aws.davit({"secret", "set", "app"}, "canary").exit_code, 0);
  for (const auto& arguments : {std::vector<std::string>{"secret", "list"},
                                {"secret", "list", "-o", "table"},
                                {"secret", "get", "app", "-o", "table"},
                                {"secret", "set", "app", "--debug"}}) {
    const auto done = m_aws.davit(arguments, "canary");
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ((done.out + done.err).find("canary"), std::string::npos) << done.out << done.err;
  }
  EXPECT_NE(m_aws.davit({"secret", "get", "app", "-o", "table", "--show-value"}).out.find("canary"), std::string::npos);
}

TEST_F(SecretCommands, RefusesAValueOnTheCommandLineWithoutRepeatingIt)
{
  const auto done = m_aws.davit({"secret", "set", "app", "canary"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ((done.out + done.err).find("canary"), std::string::npos);
}

TEST_F(SecretCommands, RefusesValuesThatSecretsManagerWould)
{
  for (const std::string& value : {std::string{}, std::string("\xFF\xFE"), std::string(65'537, 'x')}) {
    EXPECT_EQ(m_aws.davit({"secret", "set", "app"}, value).exit_code, 2);
  }
  EXPECT_EQ(m_aws.davit({"secret", "set", "app"}, std::string(65'536, 'x')).exit_code, 0);
}

TEST_F(SecretCommands, AKeyOfTheProjectIsItsPhysicalName)
{
  TemporaryDirectory folder;
  const auto project =
      folder
          .write("davit.yaml",
                 "name: shop\nregion: eu-west-1\nhandler: {kind: python, package: image, source: ., entry: a.b, base: scratch}\n"
                 "image: {repository: shop}\nsecrets: {jwt: {generate: 64 bytes}}\nenvironments: {local: {}}\n")
          .string();
  const std::vector<std::string> where{"--project", project, "--env", "local", "--state", m_aws.document().at("state")};
  const auto with = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), where.begin(), where.end());
    return arguments;
  };
  ASSERT_EQ(m_aws.davit(with({"secret", "set", "jwt"}), "v").exit_code, 0);
  const auto listed = json::parse(m_aws.davit(with({"secret", "list", "-o", "json"})).out);
  EXPECT_EQ(listed.at("secrets").at(0).at("name"), "shop-local-jwt");
  EXPECT_EQ(listed.at("secrets").at(0).at("key"), "jwt");
  EXPECT_EQ(m_aws.davit(with({"secret", "get", "shop-local-jwt"})).out, "v");
}

}  // namespace
}  // namespace davit::tests
