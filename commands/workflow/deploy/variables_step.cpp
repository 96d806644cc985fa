// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/core/file.hpp"
#include "commands/terraform/render.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

std::filesystem::path variables_file(const Deployment& deployment)
{
  return deployment.context.state_directory() / (deployment.project.environment + ".tfvars.json");
}

Status render(Deployment& deployment, terraform::Incomplete incomplete)
{
  terraform::Inputs inputs{
      .region = std::nullopt, .image_uri = std::nullopt, .package = deployment.package, .secret_arns = deployment.secret_arns};
  if (deployment.project.handler->package == cli::config::PackageType::image) {
    inputs.image_uri = deployment.image_reference;
  }
  DAVIT_TRY_ASSIGN(const terraform::RenderResponse rendered,
                   terraform::render({.project = &deployment.project, .inputs = std::move(inputs), .incomplete = incomplete}));
  deployment.variables = rendered.variables;
  return {};
}

std::string text_of(const OrderedJson& variables)
{
  return dump_pretty(variables) + "\n";
}

}  // namespace

Step variables_step(Deployment& deployment)
{
  const auto plan = [&deployment]() -> Result<cli::PlanStep> {
    const auto file = variables_file(deployment);
    const bool is_complete = deployment.is_built() && deployment.secret_arns.size() == deployment.project.secrets.size();
    DAVIT_TRY(render(deployment, is_complete ? terraform::Incomplete::refuse : terraform::Incomplete::tolerate));
    const auto before = read_file(file);
    if (is_complete && before && *before == text_of(deployment.variables)) {
      return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = "variables", .reason = "unchanged: " + file.filename().string()};
    }
    return cli::PlanStep{.kind = before ? cli::PlanStep::Kind::update : cli::PlanStep::Kind::create,
                         .target = "variables",
                         .reason = "render and check " + file.filename().string()};
  };
  const auto apply = [&deployment]() -> Status {
    DAVIT_TRY(render(deployment, terraform::Incomplete::refuse));
    return write_file(variables_file(deployment), text_of(deployment.variables));
  };
  return {.name = "variables", .plan = plan, .apply = apply};
}

}  // namespace davit::commands::workflow::deploy
