// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/session.hpp"
#include "cli/config/project.hpp"
#include "cli/context.hpp"
#include "cli/plan.hpp"
#include "commands/terraform/package.hpp"
#include "commands/workflow/smoke/smoke.hpp"

namespace davit::commands::workflow::deploy {

/// A deployment under way: what its steps work on, and what the earlier ones left for the later ones.
struct Deployment {
  cli::Context& context;
  const cli::config::Project& project;
  std::function<void(std::string_view)> progress;  ///< one live line; may be called often

  std::string isolation;                           ///< of handlers in the local AWS
  std::string image_reference;                     ///< "oci:DIR:TAG", as Lambda takes it
  std::string image_digest;                        ///< of the image, or of the zip package
  std::optional<terraform::Package> package;       ///< in place of an image
  std::map<std::string, std::string> secret_arns;  ///< by key of `secrets`
  OrderedJson variables;                           ///< as rendered for Terraform: all that follows is made from them
  std::string function_arn;
  std::string api_url;
  std::optional<smoke::SmokeResponse> smoke;

  [[nodiscard]] bool is_built() const { return !image_reference.empty() || package.has_value(); }

  /// The name that a resource of this environment begins with: "shop-local".
  [[nodiscard]] std::string prefix() const { return project.name + "-" + project.environment; }
  Result<aws::auth::Session*> session() { return context.session(); }
};

/// One planned step. Both functions may look at what the steps before it left in the deployment.
struct Step {
  std::string name;
  /// What there is to do, or why there is nothing. Sends no write.
  std::function<Result<cli::PlanStep>()> plan;
  /// Does it. Called only when plan() said that there is something to do; done twice it is done once.
  std::function<Status()> apply;
};

using Steps = std::vector<Step>;

/// Starts the local AWS.
Step local_step(Deployment& deployment);

/// Builds the handler's image.
Step image_step(Deployment& deployment);

/// Makes each secret of davit.yaml that is not there yet.
Steps secret_steps(Deployment& deployment);

/// Renders the Terraform variables, checks them against the module and keeps them as .davit/<environment>.tfvars.json.
Step variables_step(Deployment& deployment);

/// Creates the tables from the rendered variables.
Step tables_step(Deployment& deployment);

/// Creates or updates the function `handler` from the rendered variables.
Step function_step(Deployment& deployment);

/// Puts an HTTP API in front of the function.
Step api_step(Deployment& deployment);

/// Seeds each table that lists files.
Steps seed_steps(Deployment& deployment);

/// Runs the smoke suites.
Step smoke_step(Deployment& deployment);

}  // namespace davit::commands::workflow::deploy
