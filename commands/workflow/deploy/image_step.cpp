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

Status show_notices(const image::BuildResponse& built, cli::Context& context)
{
  for (const auto& notice : built.notices) {
    if (!context.globals().quiet) {
      DAVIT_TRY(context.streams().err.write(fmt::format("davit: note: {}\n", notice)));
    }
  }
  return {};
}

void take_over(const image::BuildResponse& built, Deployment& deployment)
{
  deployment.image_reference = "oci:" + built.reference();
  deployment.image_digest = built.digest;
}

Status build(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
  DAVIT_TRY_ASSIGN(const image::BuildResponse built, image::build(request));
  take_over(built, deployment);
  return show_notices(built, deployment.context);
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

Result<cli::PlanStep> plan_image(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
  DAVIT_TRY_ASSIGN(const image::BuildPlan planned, image::plan_build(request));
  if (planned.unchanged) {
    take_over(*planned.unchanged, deployment);
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = "image", .reason = "unchanged: " + planned.unchanged->digest};
  }
  return cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = "image", .reason = "build " + summary_of(planned.plan)};
}

}  // namespace

Step image_step(Deployment& deployment)
{
  return {.name = "image", .plan = [&deployment] { return plan_image(deployment); }, .apply = [&deployment] { return build(deployment); }};
}

}  // namespace davit::commands::workflow::deploy
