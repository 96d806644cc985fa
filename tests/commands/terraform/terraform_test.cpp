// SPDX-License-Identifier: Apache-2.0
// What `terraform render` writes, read by Terraform itself where it is installed.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

namespace fs = std::filesystem;

const std::string k_project = R"(name: shop
region: eu-central-1
handler:
  source: backend
  entry: app.main.handler
  base: scratch
  environment: {TEXT: "${x} %{y} \"quoted\" \\ tab\there", UMLAUT: "ä€🚢", EMPTY: ""}
tables:
  orders: {key: [user_id, "at:N"], indexes: {by-x: x}}
  a.b: {key: "id:B"}
api: {cors: {origins: ["*"]}}
alarms: {email: ops@shop.example}
tags: {team: shop}
environments: {dev: {}}
)";

/// A module with every variable of the contract and no provider, so that Terraform can plan it anywhere.
const std::string k_module = R"tf(
variable "name" { type = string }
variable "environment" { type = string }
variable "region" { type = string }
variable "account" {
  type    = string
  default = null
}
variable "image_uri" { type = string }
variable "secrets" {
  type    = map(string)
  default = {}
}
variable "tables" {
  type = map(object({
    hash_key  = object({ name = string, type = string })
    range_key = optional(object({ name = string, type = string }))
    indexes = map(object({
      hash_key  = object({ name = string, type = string })
      range_key = optional(object({ name = string, type = string }))
    }))
  }))
}
variable "function" {
  type = object({ memory_mb = number, timeout_s = number, architecture = string, environment = map(string), command = list(string) })
}
variable "api" {
  type = object({ type = string, stage = string, cors = object({ origins = list(string) }), throttle = object({ rate = number, burst = number }) })
}
variable "alarms" {
  type = object({ email = optional(string), errors = number, duration_ms = number, throttles = number })
}
variable "tags" { type = map(string) }
output "seen" { value = jsonencode({ function = var.function, tables = var.tables, alarms = var.alarms, stage = var.api.stage }) }
)tf";

class Terraform : public testing::Test
{
protected:
  void SetUp() override
  {
    m_folder.write("davit.yaml", k_project);
    m_folder.write("infra/main.tf", k_module);
  }

  [[nodiscard]] Finished davit(std::vector<std::string> arguments) const
  {
    return run_davit({.arguments = std::move(arguments), .directory = m_folder.path()});
  }

  [[nodiscard]] Finished terraform(std::vector<std::string> arguments) const
  {
    m_folder.write("terraform.rc", "disable_checkpoint = true\n");
    return run_program("terraform",
                       {.arguments = std::move(arguments),
                        .environment = {{"TF_CLI_CONFIG_FILE", (m_folder.path() / "terraform.rc").string()}, {"CHECKPOINT_DISABLE", "1"}},
                        .directory = m_folder.path() / "infra"});
  }

  /// What Terraform makes of the rendered file, as the module's output.
  [[nodiscard]] nlohmann::json seen_by_terraform(const std::string& file) const
  {
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"init", "-backend=false", "-input=false"}, {"apply", "-auto-approve", "-input=false", "-no-color", "-var-file=" + file}}) {
      const auto done = terraform(arguments);
      EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
      EXPECT_EQ(done.out.find("Warning"), std::string::npos) << done.out;
    }
    const auto output = terraform({"output", "-raw", "seen"});
    return nlohmann::json::parse(output.out, nullptr, false);
  }

  TemporaryDirectory m_folder;
};

TEST_F(Terraform, ReadsBothFormatsAlike)
{
  if (!have_program("terraform")) {
    // In CI too: no package index that the scripts install from has it.
    GTEST_SKIP() << "terraform is not installed";
  }
  const auto rendered = [&](const std::string& format, const std::string& file) {
    const auto done =
        davit({"terraform", "render", "--env", "dev", "--image-uri", "r/x@sha256:0", "--format", format, "--out", "infra/" + file});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return seen_by_terraform(file);
  };
  const auto json = rendered("json", "dev.tfvars.json");
  const auto hcl = rendered("hcl", "dev.tfvars");
  EXPECT_EQ(json, hcl);
  EXPECT_EQ(json["function"]["environment"]["TEXT"], "${x} %{y} \"quoted\" \\ tab\there");
  EXPECT_EQ(json["function"]["environment"]["UMLAUT"], "ä€🚢");
  EXPECT_EQ(json["tables"]["orders"]["range_key"]["type"], "N");
  EXPECT_EQ(json["tables"]["a.b"]["hash_key"]["type"], "B");
  EXPECT_EQ(json["alarms"]["duration_ms"], 12000);
  EXPECT_EQ(json["stage"], "$default");
  const auto format = terraform({"fmt", "-check", "-diff", "dev.tfvars"});
  EXPECT_EQ(format.exit_code, 0) << format.out;
}

TEST_F(Terraform, RenderPrintsOneDocumentAndNotesWhatIsMissing)
{
  const auto done = davit({"terraform", "render", "--env", "dev"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(done.out).at("environment"), "dev");
  EXPECT_NE(done.err.find("note: the variable image_uri is left out"), std::string::npos) << done.err;
  EXPECT_EQ(davit({"-q", "terraform", "render", "--env", "dev"}).err, "");
}

TEST_F(Terraform, RenderNeedsAnEnvironment)
{
  const auto done = davit({"terraform", "render"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_NE(done.err.find("name it by --env"), std::string::npos) << done.err;
}

TEST_F(Terraform, CheckNamesEachMismatchWithItsPlace)
{
  m_folder.write("infra/main.tf", R"tf(variable "name" { type = string }
variable "environment" { type = number }
variable "regoin" { type = string }
variable "image_uri" { type = string }
variable "tables" {
  type = map(object({ hash_key = object({ name = string }), indexes = map(any), billing = string }))
}
variable "function" { type = any }
variable "api" { type = any }
variable "alarms" {
  type = object({ email = list(string), errors = number, duration_ms = number, throttles = bool })
}
)tf");
  const auto done = davit({"terraform", "check"});
  EXPECT_EQ(done.exit_code, 2);
  for (const char* line : {"davit.yaml:2:9: the module infra declares no variable \"region\" (does it mean \"regoin\"?)",
                           "davit.yaml:13:7: the module infra declares no variable \"tags\"",
                           "infra/main.tf:2:1: environment: davit renders a string, and the module declares number",
                           "infra/main.tf:3:1: regoin: the module needs it, and davit renders no such variable",
                           "infra/main.tf:5:1: tables.orders.hash_key.type: the module's type has no such attribute",
                           "infra/main.tf:5:1: tables.orders.range_key: the module's type has no such attribute",
                           "infra/main.tf:5:1: tables.orders.billing: the module needs this attribute",
                           "infra/main.tf:10:1: alarms.email: davit renders a string, and the module declares list(string)",
                           "infra/main.tf:10:1: alarms.throttles: davit renders a number, and the module declares bool"}) {
    EXPECT_NE(done.err.find(line), std::string::npos) << line << "\nin:\n" << done.err;
  }
}

TEST_F(Terraform, CheckNamesAMissingModule)
{
  fs::remove_all(m_folder.path() / "infra");
  EXPECT_EQ(davit({"terraform", "check"}).exit_code, 2);
  const auto rendered = davit({"terraform", "render", "--env", "dev"});
  EXPECT_EQ(rendered.exit_code, 0);
  EXPECT_NE(rendered.err.find("checked against no module"), std::string::npos) << rendered.err;
}

}  // namespace
}  // namespace davit::tests
