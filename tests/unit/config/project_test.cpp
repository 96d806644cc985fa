// SPDX-License-Identifier: Apache-2.0
#include "cli/config/project.hpp"

#include <gtest/gtest.h>

#include "cli/config/key_spec.hpp"
#include "cli/config/load.hpp"
#include "cli/config/names.hpp"
#include "cli/config/region.hpp"
#include "cli/config/schema.hpp"
#include "tests/support/process.hpp"

namespace davit::cli::config {
namespace {

Project parse(const std::string& text, const std::string& environment = {})
{
  auto project = parse_project(text, "/project/davit.yaml", environment);
  if (!project) {
    ADD_FAILURE() << project.error().message << ": "
                  << (project.error().diagnostics.empty() ? "" : project.error().diagnostics.front().message);
    return {};
  }
  return *project;
}

std::string first_problem(const std::string& text)
{
  const auto project = parse_project(text, "/project/davit.yaml", "");
  if (project) {
    return "accepted";
  }
  return project.error().diagnostics.empty() ? project.error().message : project.error().diagnostics.front().message;
}

const std::string k_whole = R"(name: shop
region: eu-central-1
account: 012345678901
handler:
  source: backend
  entry: app.main.handler
  base: "oci:.davit/base"
  memory_mb: 1024
  environment: {LOG_LEVEL: no, VERSION: 1.10, ON: on}
tables:
  orders: {key: [user_id, "created_at:N"], indexes: {by-status: status}}
secrets: {jwt: {generate: 64 bytes}, stripe: {}}
tokens:
  user: {algorithm: HS256, secret: jwt, lifetime: 1h30m, claims: {sub: u-1, admin: false, level: 3}}
api:
  throttle: {rate: 0.5, burst: 1}
  authorizer: {issuer: "https://issuer.example", audience: [demo], groups_claim: groups}
  routes:
    GET /v1/manage/hc:
    GET /v1/users/whoami: {auth: jwt, groups: [USERS]}
functions:
  worker: {entry: app.worker.handler, timeout_s: 900, environment: {ROLE: worker}, called_by: [handler]}
buckets: {documents: {cors: [GET, PUT], expire_days: 365}}
users: {sign_in: email, groups: [admin]}
network: {vpc: true, database: {engine: postgres, size: db.t3.micro}}
environments:
  local:
  dev: {handler: {memory_mb: 256, environment: {LOG_LEVEL: debug}}, tables: {orders: {seed: [data/orders.jsonl]}}}
  prod: {account: "210987654321"}
)";

TEST(Project, ReadsEverySection)
{
  const Project project = parse(k_whole);
  EXPECT_EQ(project.account, "012345678901") << "the zero in front stays, quoted or not";
  EXPECT_EQ(project.handler->environment.at("LOG_LEVEL"), "no");
  EXPECT_EQ(project.handler->environment.at("VERSION"), "1.10");
  EXPECT_EQ(project.handler->timeout_s, 15) << "the default";
  EXPECT_EQ(project.tables.at("orders").key.sort->type, 'N');
  EXPECT_EQ(project.tables.at("orders").indexes.at("by-status").partition.name, "status");
  EXPECT_EQ(project.secrets.at("jwt").generate_bytes, 64);
  EXPECT_FALSE(project.secrets.at("stripe").generate_bytes);
  EXPECT_EQ(project.tokens.at("user").lifetime, std::chrono::minutes(90));
  EXPECT_EQ(project.tokens.at("user").claims.dump(), R"({"sub":"u-1","admin":false,"level":3})");
  EXPECT_EQ(project.api->throttle->rate, 0.5);
  EXPECT_EQ(project.api->routes.size(), 2U);
  EXPECT_EQ(project.api->routes.at("GET /v1/users/whoami").groups, std::vector<std::string>{"USERS"});
  EXPECT_EQ(project.buckets.at("documents").expire_days, 365);
  EXPECT_EQ(project.network->database->size, "db.t3.micro");
  EXPECT_EQ(project.directory, "/project");
}

TEST(Project, LaysTheEnvironmentOver)
{
  const Project project = parse(k_whole, "dev");
  EXPECT_EQ(project.handler->memory_mb, 256);
  EXPECT_EQ(project.handler->environment.at("LOG_LEVEL"), "debug");
  EXPECT_EQ(project.handler->environment.at("VERSION"), "1.10") << "maps are merged";
  EXPECT_EQ(project.tables.at("orders").seed.size(), 1U);
  EXPECT_EQ(project.physical_name("orders"), "shop-dev-orders");
  EXPECT_EQ(project.origins.at("handler.memory_mb").layer, Origin::Layer::environment_block);
  EXPECT_EQ(project.origins.at("handler.source").layer, Origin::Layer::project_file);
  EXPECT_EQ(project.environments, (std::vector<std::string>{"local", "dev", "prod"}));
}

TEST(Project, FunctionsInheritFromTheHandler)
{
  const Project project = parse(k_whole, "dev");
  const Function& worker = project.functions.at("worker");
  EXPECT_EQ(worker.memory_mb, 256);
  EXPECT_EQ(worker.timeout_s, 900);
  EXPECT_EQ(worker.environment.at("LOG_LEVEL"), "debug");
  EXPECT_EQ(worker.environment.at("ROLE"), "worker");
  EXPECT_EQ(project.origins.at("functions.worker.memory_mb").line, project.origins.at("handler.memory_mb").line);
}

TEST(Project, ZipPackagesHaveARuntimeOfTheirKind)
{
  const std::string python = "name: shop\nhandler: {package: zip, source: a, entry: a.b";
  EXPECT_EQ(parse(python + "}").handler->runtime, "python3.12");
  EXPECT_EQ(parse(python + ", runtime: python3.9}").handler->runtime, "python3.9");
  EXPECT_EQ(parse(python + ", kind: native}").handler->runtime, "provided.al2023");
  EXPECT_EQ(parse("name: shop\nhandler: {source: a, entry: a.b, base: scratch}").handler->runtime, "");
  EXPECT_NE(first_problem(python + ", runtime: python3.21}").find("expected one of python3.9"), std::string::npos);
}

TEST(Project, LocalNeedsNoBlockAndUnknownEnvironmentsNameTheKnown)
{
  const std::string text = "name: shop\nenvironments: {dev: {}, prod: {}}\n";
  EXPECT_EQ(parse(text, "local").physical_name("x"), "shop-local-x");
  const auto unknown = parse_project(text, "/project/davit.yaml", "prdo");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_NE(unknown.error().hint.find("did you mean 'prod'? the environments are dev, prod, local"), std::string::npos)
      << unknown.error().hint;
}

TEST(Project, OneEnvironmentDoesNotSeeTheErrorsOfAnother)
{
  const std::string text = "name: shop\nenvironments: {dev: {}, prod: {account: 1}}\n";
  EXPECT_TRUE(parse_project(text, "/project/davit.yaml", "dev"));
  EXPECT_FALSE(parse_project(text, "/project/davit.yaml", "prod"));
}

TEST(Project, AcceptsAnchorsAndMergeKeys)
{
  const Project project =
      parse("name: shop\ntables:\n  a: &defaults\n    key: id\n    indexes: {by-x: x}\n  b:\n    <<: *defaults\n    key: other\n");
  EXPECT_EQ(project.tables.at("b").key.partition.name, "other");
  EXPECT_EQ(project.tables.at("b").indexes.size(), 1U);
}

TEST(Project, NamesEveryProblemInOneRun)
{
  const auto project = parse_project("nam: shop\nregion: EU\naccount: 1\nsmoke: x\n", "/project/davit.yaml", "");
  ASSERT_FALSE(project);
  EXPECT_EQ(project.error().diagnostics.size(), 5U);
  EXPECT_EQ(project.error().diagnostics[0].message, "the key \"name\" is missing");
  EXPECT_EQ(project.error().diagnostics[1].hint, "did you mean \"name\"?");
}

TEST(Project, RefusesWhatAFileMayNotDecide)
{
  EXPECT_NE(first_problem("name: shop\nendpoint_url: http://127.0.0.1\n").find("may not set endpoints"), std::string::npos);
  EXPECT_NE(first_problem("name: shop\nhooks: []\n").find("may not set commands"), std::string::npos);
  EXPECT_NE(first_problem("name: shop\nrole_arn: x\n").find("may not set credentials"), std::string::npos);
}

TEST(Project, IsFoundFromBelow)
{
  const tests::TemporaryDirectory folder;
  folder.write("davit.yaml", "name: shop\n");
  folder.write("a/b/c.txt", "");
  EXPECT_EQ(find_project_file(folder.path() / "a/b"), folder.path() / "davit.yaml");
  EXPECT_EQ(find_project_file("/"), std::nullopt);
}

TEST(Region, FlagsBeatVariablesBeatTheFile)
{
  const Project project = parse("name: shop\nregion: eu-west-1\n");
  std::map<std::string, std::string> variables;
  const Variables lookup = [&](const char* name) { return variables.contains(name) ? std::optional(variables[name]) : std::nullopt; };
  const auto region = [&](const std::string& flag, const std::string& environment) {
    return region_setting(flag, lookup, &project, environment)->value;
  };
  EXPECT_EQ(region("", ""), "eu-west-1");
  variables["AWS_DEFAULT_REGION"] = "us-east-1";
  EXPECT_EQ(region("", ""), "us-east-1");
  variables["AWS_REGION"] = "us-east-2";
  EXPECT_EQ(region("", ""), "us-east-2");
  EXPECT_EQ(region("", "local"), "eu-west-1") << "the local AWS ignores the AWS variables";
  variables["DAVIT_REGION"] = "us-west-1";
  EXPECT_EQ(region("", ""), "us-west-1");
  EXPECT_EQ(region("us-west-2", "local"), "us-west-2");
  EXPECT_FALSE(region_setting(
      "", [](const char* /*name*/) { return std::optional<std::string>(); }, nullptr, ""));
}

TEST(KeySpec, ReadsTheFormsOfACommandLine)
{
  EXPECT_EQ(parse_key_spec("id")->partition, (KeyAttribute{"id", 'S'}));
  EXPECT_EQ(parse_key_spec("[pk, sk:N]")->sort, (KeyAttribute{"sk", 'N'}));
  EXPECT_EQ(parse_key_spec("pk:B,sk")->partition.type, 'B');
  EXPECT_FALSE(parse_key_spec(""));
  EXPECT_FALSE(parse_key_spec("id:X"));
  EXPECT_FALSE(parse_key_spec("[a, a]"));
  EXPECT_FALSE(parse_key_spec("[a, b, c:]"));
}

TEST(Names, OfVariables)
{
  EXPECT_EQ(variable_name("products", "TABLE"), "PRODUCTS_TABLE");
  EXPECT_EQ(variable_name("user-data.v2", "SECRET_ARN"), "USER_DATA_V2_SECRET_ARN");
  EXPECT_EQ(derived_variables(parse(k_whole)).at("WORKER_FUNCTION"), "functions.worker");
}

TEST(Schema, DescribesEveryFieldOnce)
{
  const auto schema = json_schema();
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["required"], OrderedJson::array({"name"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  const auto& memory = schema["properties"]["handler"]["properties"]["memory_mb"];
  EXPECT_EQ(memory["minimum"], 128);
  EXPECT_EQ(memory["maximum"], 10240);
  EXPECT_EQ(memory["default"], 512);
  const auto& block = schema["properties"]["environments"]["additionalProperties"];
  EXPECT_FALSE(block["properties"]["handler"].contains("required")) << "a block may leave out what the file has";
  EXPECT_FALSE(block["properties"].contains("environments"));
  for (const auto& line : reference()) {
    EXPECT_FALSE(line.doc.empty()) << line.path;
  }
}

TEST(Show, VisitsValuesAsTheyWouldStandInTheFile)
{
  std::map<std::string, std::string> shown;
  visit_values(parse(k_whole), [&](const std::string& path, const OrderedJson& value) { shown[path] = value.dump(); });
  EXPECT_EQ(shown.at("tables.orders.key"), R"(["user_id","created_at:N"])");
  EXPECT_EQ(shown.at("tokens.user.lifetime"), "\"90m\"");
  EXPECT_EQ(shown.at("secrets.jwt.generate"), "\"64 bytes\"");
  EXPECT_EQ(shown.at("api.type"), "\"http\"");
  EXPECT_EQ(shown.at("network.vpc"), "true");
  EXPECT_FALSE(shown.contains("environments"));
}

}  // namespace
}  // namespace davit::cli::config
