// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/render.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/config/load.hpp"
#include "commands/terraform/check.hpp"
#include "commands/terraform/hcl_writer.hpp"
#include "tests/support/process.hpp"

namespace davit::commands::terraform {
namespace {

const std::string k_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-dev-jwt-AbCdEf";

cli::config::Project project_of(const std::string& text, const std::filesystem::path& folder = "/project")
{
  auto project = cli::config::parse_project(text, folder / "davit.yaml", "dev");
  EXPECT_TRUE(project) << project.error().diagnostics.front().message;
  return project ? *project : cli::config::Project{};
}

const std::string k_project = R"(name: shop
region: eu-central-1
handler: {source: backend, entry: app.main.handler, base: scratch, environment: {TEXT: "${x} %{y} \"z\""}}
tables: {orders: {key: [user_id, "at:N"], indexes: {by-x: x}}}
secrets: {jwt: {generate: 64 bytes}}
functions: {worker: {entry: app.worker.handler, called_by: [handler]}}
environments: {dev: {}}
)";

TEST(Render, WritesTheContractOfTheTemplates)
{
  const auto project = project_of(k_project);
  const auto response = render({.project = &project, .inputs = {.image_uri = "r/x@sha256:0", .secret_arns = {{"jwt", k_arn}}}});
  ASSERT_TRUE(response) << response.error().message;
  const auto& variables = response->variables;
  EXPECT_EQ(
      variables["tables"]["orders"].dump(),
      R"({"hash_key":{"name":"user_id","type":"S"},"range_key":{"name":"at","type":"N"},"indexes":{"by-x":{"hash_key":{"name":"x","type":"S"}}}})");
  EXPECT_EQ(variables["function"]["command"], OrderedJson::array({"app.main.handler"}));
  EXPECT_EQ(variables["secrets"]["jwt"], k_arn);
  EXPECT_EQ(variables["image_uri"], "r/x@sha256:0");
  EXPECT_EQ(variables["functions"]["worker"]["timeout_s"], 15);
  EXPECT_FALSE(variables.contains("alarms")) << "davit.yaml says nothing about them";
  EXPECT_TRUE(response->left_out.empty());
  const auto environment = function_environment(variables);
  EXPECT_EQ(environment.at("ORDERS_TABLE"), "shop-dev-orders");
  EXPECT_EQ(environment.at("JWT_SECRET_ARN"), k_arn);
  EXPECT_EQ(environment.at("WORKER_FUNCTION"), "shop-dev-worker");
}

TEST(Render, NamesTheArchivesOfAZipPackage)
{
  const auto project =
      project_of("name: shop\nregion: eu-central-1\nhandler: {package: zip, source: a, entry: app.handler}\nenvironments: {dev: {}}\n");
  const Package package{.function = {"/d/function.zip", "aGFzaA=="}, .layer = Archive{"/d/layer.zip", "bGF5ZXI="}};
  const auto response = render({.project = &project, .inputs = {.package = package}});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(
      response->variables["package"].dump(),
      R"({"filename":"/d/function.zip","source_code_hash":"aGFzaA==","runtime":"python3.12","handler":"app.handler","layer":{"filename":"/d/layer.zip","source_code_hash":"bGF5ZXI="}})");
  EXPECT_FALSE(response->variables.contains("image_uri"));
  const auto missing = render({.project = &project});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->left_out.at(0).name, "package");
}

TEST(Render, ReadsAPackageFromItsFolder)
{
  const tests::TemporaryDirectory folder;
  EXPECT_EQ(read_package(folder.path())->has_value(), false);
  folder.write("function.zip", "");
  const auto package = read_package(folder.path());
  ASSERT_TRUE(package && *package);
  EXPECT_EQ((*package)->function.source_code_hash, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=") << "of nothing";
  EXPECT_FALSE((*package)->layer);
}

TEST(Render, SaysWhatItLeavesOut)
{
  const auto project = project_of(k_project);
  const auto response = render({.project = &project});
  ASSERT_TRUE(response);
  ASSERT_EQ(response->left_out.size(), 2U);
  EXPECT_EQ(response->left_out[0].name, "image_uri");
  EXPECT_FALSE(response->variables.contains("secrets")) << "some secrets without the others would be worse than none";
  EXPECT_FALSE(render({.project = &project, .incomplete = Incomplete::refuse}));
}

TEST(Render, NeverTakesOrRepeatsASecretValue)
{
  const auto project = project_of(k_project);
  const auto response = render({.project = &project, .inputs = {.secret_arns = {{"jwt", "hunter2"}}}});
  ASSERT_FALSE(response);
  EXPECT_EQ((response.error().message + response.error().hint).find("hunter2"), std::string::npos);
  EXPECT_FALSE(render({.project = &project, .inputs = {.secret_arns = {{"other", k_arn}}}}));
}

TEST(Render, IsCheckedAgainstTheModule)
{
  const tests::TemporaryDirectory folder;
  folder.write("infra/main.tf", "variable \"name\" { type = string }\nvariable \"environment\" { type = number }\nvariable \"extra\" {}\n");
  const auto project = project_of("name: shop\nregion: eu-central-1\nbuckets: {files: {}}\nenvironments: {dev: {}}\n", folder.path());
  const auto response = render({.project = &project});
  ASSERT_FALSE(response);
  std::vector<std::string> messages;
  for (const auto& problem : response.error().diagnostics) {
    messages.push_back(std::to_string(problem.line) + " " + problem.message.substr(0, problem.message.find(':')));
  }
  const std::string module = response.error().diagnostics.front().file.substr(0, response.error().diagnostics.front().file.rfind('/'));
  EXPECT_EQ(messages, (std::vector<std::string>{"2 environment", "2 the module " + module + " declares no variable \"region\"",
                                                "3 the module " + module + " declares no variable \"buckets\"", "3 extra"}));
}

TEST(Tfvars, EscapesAndAligns)
{
  const auto json = OrderedJson::parse(
      R"({"a": "${x} %{y} $z \"q\" \n \u0001", "long_name": [1, "b"], "map": {"with space": {}, "null": true, "a-b": null}, "end": 1.5})");
  EXPECT_EQ(write_tfvars(json), R"(a         = "$${x} %%{y} $z \"q\" \n \u0001"
long_name = [1, "b"]
map = {
  "with space" = {}
  "null"       = true
  a-b          = null
}
end = 1.5
)");
}

}  // namespace
}  // namespace davit::commands::terraform
