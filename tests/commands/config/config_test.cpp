// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

const std::string k_project =
    "name: shop\nregion: eu-central-1\naccount: 012345678901\nenvironments:\n  dev: {region: eu-west-1}\n  prod: {}\n";

nlohmann::json shown(const Finished& done, const std::string& path)
{
  const auto document = nlohmann::json::parse(done.out);
  for (const auto& value : document.at("values")) {
    if (value.at("path") == path) {
      return value;
    }
  }
  ADD_FAILURE() << path << " is not shown: " << done.out;
  return {};
}

TEST(ConfigCheck, FindsTheFileFromBelowAndNamesItsEnvironments)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", k_project);
  folder.write("a/b/file", "");
  const auto done = run_davit({.arguments = {"config", "check"}, .directory = folder.path() / "a/b"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(nlohmann::json::parse(done.out),
            nlohmann::json::parse(R"({"file": "../../davit.yaml", "valid": true, "environments": ["dev", "prod"]})"));
}

TEST(ConfigCheck, NeedsAProject)
{
  const TemporaryDirectory folder;
  const auto done = run_davit({.arguments = {"config", "check"}, .directory = folder.path()});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_NE(done.err.find("there is no davit.yaml here or in a folder above"), std::string::npos) << done.err;
  const auto named = run_davit({.arguments = {"config", "check", "--project", "absent.yaml"}, .directory = folder.path()});
  EXPECT_EQ(named.exit_code, 2);
  EXPECT_NE(named.err.find("absent.yaml"), std::string::npos) << named.err;
}

TEST(ConfigCheck, RefusesAnUnknownEnvironment)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", k_project);
  const auto done = run_davit({.arguments = {"config", "check", "--env", "prodd"}, .directory = folder.path()});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_NE(done.err.find("did you mean 'prod'? the environments are dev, prod, local"), std::string::npos) << done.err;
  EXPECT_EQ(run_davit({.arguments = {"config", "check", "--env", "local"}, .directory = folder.path()}).exit_code, 0);
}

TEST(ConfigCheck, NeverRepeatsCredentials)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", "name: shop\naws_secret_access_key: hunter2\n");
  const auto done = run_davit({.arguments = {"config", "check"}, .directory = folder.path()});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(done.err.find("hunter2"), std::string::npos) << done.err;
}

TEST(ConfigShow, NamesTheOriginOfEachValue)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", k_project);
  const auto dev = run_davit({.arguments = {"config", "show", "--env", "dev", "-o", "json"}, .directory = folder.path()});
  EXPECT_EQ(shown(dev, "region"), nlohmann::json::parse(R"({"path": "region", "value": "eu-west-1",
      "origin": {"layer": "environmentBlock", "source": "davit.yaml", "line": 5, "column": 17}})"));
  EXPECT_EQ(shown(dev, "account").at("value"), "012345678901");
  const auto variable = run_davit(
      {.arguments = {"config", "show", "--env", "dev"}, .environment = {{"AWS_DEFAULT_REGION", "us-east-1"}}, .directory = folder.path()});
  EXPECT_EQ(shown(variable, "region").at("origin").at("source"), "AWS_DEFAULT_REGION");
  const auto local = run_davit(
      {.arguments = {"config", "show", "--env", "local"}, .environment = {{"AWS_REGION", "us-east-1"}}, .directory = folder.path()});
  EXPECT_EQ(shown(local, "region").at("origin").at("layer"), "projectFile") << "the local AWS ignores the AWS variables";
  const auto flag = run_davit({.arguments = {"config", "show", "--region", "us-west-2", "-o", "table"},
                               .environment = {{"DAVIT_REGION", "x"}},
                               .directory = folder.path()});
  EXPECT_NE(flag.out.find("region   us-west-2     --region"), std::string::npos) << flag.out;
}

TEST(ConfigShow, ShowsEachClaimAndWhatHasNoKeysOfItsOwn)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml",
               "name: shop\nsecrets: {stripe: {}}\ntokens:\n  user: {algorithm: RS256, key: k.pem, claims: {sub: u-1, role: user}}\n"
               "environments:\n  dev: {tokens: {user: {claims: {role: admin}}}}\n");
  const auto done = run_davit({.arguments = {"config", "show", "--env", "dev"}, .directory = folder.path()});
  EXPECT_EQ(shown(done, "tokens.user.claims.sub").at("origin").at("layer"), "projectFile");
  EXPECT_EQ(shown(done, "tokens.user.claims.role").at("origin").at("layer"), "environmentBlock");
  EXPECT_EQ(shown(done, "secrets.stripe").at("value"), nlohmann::json::object());
}

/// What is shown must be what is used.
TEST(ConfigShow, AgreesWithTheCallsAboutTheRegion)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", k_project);
  const auto signing_region = [&](const std::map<std::string, std::string>& variables, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"aws", "endpoint", "dynamodb"});
    const auto done = run_davit({.arguments = flags, .environment = variables, .directory = folder.path()});
    return nlohmann::json::parse(done.out).at("signingRegion").get<std::string>();
  };
  const std::map<std::string, std::string> both{{"DAVIT_REGION", "us-west-1"}, {"AWS_REGION", "us-west-2"}};
  EXPECT_EQ(signing_region(both, {}), "us-west-1");
  EXPECT_EQ(signing_region(both, {"--region", "us-east-2"}), "us-east-2");
  const auto done = run_davit({.arguments = {"config", "show"}, .environment = both, .directory = folder.path()});
  EXPECT_EQ(shown(done, "region").at("value"), "us-west-1");
  EXPECT_EQ(shown(done, "region").at("origin").at("source"), "DAVIT_REGION");
}

TEST(ConfigShow, TakesTheRegionOfTheProfileLast)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", "name: shop\nenvironments: {local: {}}\n");
  const auto config = folder.write("config", "[profile ops]\nregion = ap-south-1\n").string();
  const std::map<std::string, std::string> variables{{"AWS_CONFIG_FILE", config}, {"AWS_PROFILE", "ops"}};
  const auto done = run_davit({.arguments = {"config", "show"}, .environment = variables, .directory = folder.path()});
  EXPECT_EQ(shown(done, "region").at("value"), "ap-south-1");
  EXPECT_EQ(shown(done, "region").at("origin").at("layer"), "profile");
  const auto local = run_davit({.arguments = {"config", "show", "--env", "local"}, .environment = variables, .directory = folder.path()});
  EXPECT_EQ(local.out.find("ap-south-1"), std::string::npos) << local.out;
}

TEST(ConfigSchema, IsAJsonSchemaAndAReference)
{
  const TemporaryDirectory folder;
  const auto schema = run_davit({.arguments = {"config", "schema"}, .directory = folder.path()});
  EXPECT_EQ(schema.exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(schema.out).at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  const auto reference = run_davit({.arguments = {"config", "schema", "-o", "tsv"}, .directory = folder.path()});
  EXPECT_NE(reference.out.find("handler.memory_mb\twhole number\t128 to 10240\t512\t"), std::string::npos) << reference.out;
  EXPECT_NE(reference.out.find("tables.*.key\tkey\t"), std::string::npos);
}

}  // namespace
}  // namespace davit::tests
