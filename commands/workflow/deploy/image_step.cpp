// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

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

/// Builds, and says whether the image is another one than before.
Result<bool> build(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
  DAVIT_TRY_ASSIGN(const image::BuildResponse built, image::build(request));
  deployment.image_reference = "oci:" + built.reference();
  deployment.image_digest = built.digest;
  DAVIT_TRY(show_notices(built, deployment.context));
  return built.changed;
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

/// Whether building is a matter of milliseconds: no wheels to install. Then the build itself tells best whether anything changed.
bool is_quick(const cli::Plan& parts)
{
  return std::none_of(parts.steps.begin(), parts.steps.end(), [](const cli::PlanStep& step) {
    return step.kind != cli::PlanStep::Kind::skip && step.reason.find("pip") != std::string::npos;
  });
}

Result<cli::PlanStep> plan_image(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
  DAVIT_TRY_ASSIGN(const cli::Plan parts, image::plan_build(request));
  if (!deployment.dry_run && is_quick(parts)) {
    DAVIT_TRY_ASSIGN(const bool changed, build(deployment));
    return changed ? cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = "image", .reason = "built " + deployment.image_digest}
                   : cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = "image", .reason = "unchanged: " + deployment.image_digest};
  }
  return cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = "image", .reason = "build " + summary_of(parts)};
}

}  // namespace

Step image_step(Deployment& deployment)
{
  const auto apply = [&deployment]() -> Status {
    DAVIT_TRY(build(deployment));
    return {};
  };
  return {.name = "image", .plan = [&deployment] { return plan_image(deployment); }, .apply = apply};
}

}  // namespace davit::commands::workflow::deploy
