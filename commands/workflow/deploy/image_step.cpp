// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "commands/image/build.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

Result<image::BuildRequest> build_request(Deployment& deployment)
{
  image::BuildRequest request{.project = &deployment.project, .state_directory = deployment.context.state_directory()};
  DAVIT_TRY_ASSIGN(request.mtime, image::source_date_epoch());
  request.progress = deployment.progress;
  return request;
}

Status build(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
  DAVIT_TRY_ASSIGN(const image::BuildResponse built, image::build(request));
  deployment.image_reference = "oci:" + built.reference();
  deployment.image_digest = built.digest;
  return {};
}

/// What a plan of several parts comes down to.
std::string summary_of(const cli::Plan& plan)
{
  std::string out;
  for (const auto& step : plan.steps) {
    if (step.kind != cli::PlanStep::Kind::skip) {
      out += (out.empty() ? "" : "; ") + step.target + ": " + step.reason;
    }
  }
  return out;
}

}  // namespace

Step image_step(Deployment& deployment)
{
  const auto plan = [&deployment]() -> Result<cli::PlanStep> {
    DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
    DAVIT_TRY_ASSIGN(const cli::Plan parts, image::plan_build(request));
    if (parts.changes_anything()) {
      return cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = "image", .reason = "build " + summary_of(parts)};
    }
    // Changes nothing, and tells the later steps which image there is.
    DAVIT_TRY(build(deployment));
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = "image", .reason = "unchanged: " + deployment.image_digest};
  };
  return {.name = "image", .plan = plan, .apply = [&deployment] { return build(deployment); }};
}

}  // namespace davit::commands::workflow::deploy
