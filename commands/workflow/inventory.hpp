// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/apigatewayv2/client.hpp"
#include "aws/auth/session.hpp"
#include "aws/dynamodb/table.hpp"
#include "aws/lambda/client.hpp"
#include "aws/logs/client.hpp"
#include "aws/secretsmanager/client.hpp"
#include "cli/config/project.hpp"

namespace davit::commands::workflow {

/// What of a project's environment is there, asked of the services.
struct Inventory {
  std::optional<aws::lambda::Function> function;
  std::string layer;                                      ///< of the wheels of a zip package; it has the function's name
  std::vector<aws::lambda::LayerVersion> layer_versions;  ///< of it, that are there
  std::optional<aws::apigatewayv2::Api> api;
  std::vector<aws::dynamodb::TableDescription> tables;
  std::vector<std::string> log_groups;  ///< of the functions; each comes with the first invocation
  std::vector<aws::secretsmanager::SecretEntry> secrets;
  std::vector<std::string> missing;    ///< "table shop-local-orders": named by davit.yaml, not there
  std::vector<std::string> leftovers;  ///< there by its name, not in davit.yaml
};

/// Looks at everything that the project names in its environment, and at what carries its prefix besides. Sends no write.
Result<Inventory> take_inventory(const cli::config::Project& project, aws::auth::Session& session);

}  // namespace davit::commands::workflow
