// SPDX-License-Identifier: Apache-2.0
#include "cli/nouns.hpp"

#include "cli/help_command.hpp"
#include "commands/alarm/alarm.hpp"
#include "commands/aws/aws.hpp"
#include "commands/config/config.hpp"
#include "commands/image/image.hpp"
#include "commands/init/init.hpp"
#include "commands/item/item.hpp"
#include "commands/jwt/jwt.hpp"
#include "commands/local/local.hpp"
#include "commands/metric/metric.hpp"
#include "commands/secret/secret.hpp"
#include "commands/table/table.hpp"
#include "commands/terraform/terraform.hpp"
#include "commands/version/version.hpp"
#include "commands/whoami/whoami.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::cli {

std::span<const Noun> nouns()
{
  static constexpr Noun k_nouns[] = {
      {"init", "Start a project from a template", commands::init::add_init},
      {"deploy", "Build, create, seed and smoke-test an environment", commands::workflow::deploy::add_deploy},
      {"invoke", "Send one event or HTTP request to the function", commands::workflow::invoke::add_invoke},
      {"smoke", "Run smoke suites against a target", commands::workflow::smoke::add_smoke},
      {"load", "Send requests at a rate, and hold the figures against thresholds", commands::workflow::load::add_load},
      {"logs", "Read or follow the log of a function", commands::workflow::logs::add_logs},
      {"status", "Show what of an environment is deployed, and where", commands::workflow::status::add_status},
      {"destroy", "Remove everything of an environment, then list what is left over", commands::workflow::destroy::add_destroy},
      {"config", "The project file: check it, show what it means, describe it", commands::config::add_config},
      {"jwt", "JSON Web Tokens: mint, verify, decode, and their keys", commands::jwt::add_jwt},
      {"jws", "Signed messages whose payload is no set of claims", commands::jwt::add_jws},
      {"image", "The handler's container image: build, check, push, scan and verify it, without Docker", commands::image::add_image},
      {"terraform", "The Terraform variables of davit.yaml", commands::terraform::add_terraform},
      {"secret", "Secrets in AWS Secrets Manager", commands::secret::add_secret},
      {"alarm", "CloudWatch alarms, and whether they reach anybody", commands::alarm::add_alarm},
      {"metric", "CloudWatch metrics", commands::metric::add_metric},
      {"local", "The embedded local AWS", commands::local::add_local},
      {"table", "DynamoDB tables and the files that fill them", commands::table::add_table},
      {"item", "Items of DynamoDB tables, in plain JSON", commands::item::add_item},
      {"whoami", "Show whose credentials are in use, and why these", commands::whoami::add_whoami},
      {"aws", "The AWS client layer made visible", commands::aws::add_aws},
      {"version", "Print the version and how this binary was built", commands::version::add_version},
      {"help", "Show the help of a command or a topic", add_help},
  };
  return k_nouns;
}

}  // namespace davit::cli
