// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/core/file.hpp"
#include "commands/image/build.hpp"
#include "commands/image/gate.hpp"
#include "commands/image/zip_package.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

Result<image::BuildRequest> build_request(Deployment& deployment)
{
  image::BuildRequest request{.project = &deployment.project, .state_directory = deployment.context.state_directory()};
  DAVIT_TRY_ASSIGN(request.mtime, image::source_date_epoch());
  DAVIT_TRY_ASSIGN(request.installer, image::installer_setting(""));
  request.progress = deployment.progress;
  request.open_registry = [&context = deployment.context](const std::string& host) { return image::access_to_pull(context, host); };
  return request;
}

Status show_notices(const std::vector<std::string>& notices, cli::Context& context)
{
  for (const auto& notice : notices) {
    if (!context.globals().quiet) {
      DAVIT_TRY(context.streams().err.write(fmt::format("davit: note: {}\n", notice)));
    }
  }
  return {};
}

/// Says that an image was checked, so that an unchanged one is not read again.
std::filesystem::path check_record(const std::string& digest, const Deployment& deployment)
{
  constexpr int k_rules = 1;  // changes when the check learns something
  return deployment.context.state_directory() / "cache" / fmt::format("checked-{}-{}", k_rules, digest.substr(digest.find(':') + 1));
}

Result<image::GateReport> gate_report(const image::BuildResponse& built, const Deployment& deployment)
{
  const auto& handler = *deployment.project.handler;
  if (built.archives.empty()) {
    return image::check_for_lambda({.reference = {.directory = built.layout, .tag = built.tag}, .architecture = handler.architecture});
  }
  DAVIT_TRY_ASSIGN(const image::ZipPackage package, image::open_package(built.layout));
  return image::check_for_lambda(package, handler);
}

/// What Lambda would refuse ends the deployment here, in every environment: the local Lambda is more patient than AWS's.
Status check(const image::BuildResponse& built, Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(const image::GateReport report, gate_report(built, deployment));
  DAVIT_TRY(image::refuse_findings(report));
  std::vector<std::string> notices;
  for (const auto& finding : report.findings) {
    notices.push_back(fmt::format("{}: {}; {}", finding.file, finding.message, finding.cure));
  }
  DAVIT_TRY(show_notices(notices, deployment.context));
  return write_file(check_record(report.digest, deployment), "");
}

Status take_over(const image::BuildResponse& built, Deployment& deployment)
{
  deployment.image_digest = built.digest;
  if (built.archives.empty()) {
    deployment.image_reference = "oci:" + built.reference();
    return {};
  }
  DAVIT_TRY_ASSIGN(deployment.package, terraform::read_package(built.layout));
  return {};
}

Status build(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
  DAVIT_TRY_ASSIGN(const image::BuildResponse built, image::build(request));
  DAVIT_TRY(show_notices(built.notices, deployment.context));
  DAVIT_TRY(check(built, deployment));
  return take_over(built, deployment);
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
  const std::string target = deployment.project.handler->package == cli::config::PackageType::zip ? "zip package" : "image";
  DAVIT_TRY_ASSIGN(const image::BuildRequest request, build_request(deployment));
  DAVIT_TRY_ASSIGN(const image::BuildPlan planned, image::plan_build(request));
  std::error_code error;
  if (planned.unchanged && !std::filesystem::exists(check_record(planned.unchanged->digest, deployment), error)) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = target, .reason = "check " + planned.unchanged->digest};
  }
  if (planned.unchanged) {
    DAVIT_TRY(take_over(*planned.unchanged, deployment));
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = target, .reason = "unchanged: " + planned.unchanged->digest};
  }
  return cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = target, .reason = "build " + summary_of(planned.plan)};
}

}  // namespace

Step image_step(Deployment& deployment)
{
  return {.name = "image", .plan = [&deployment] { return plan_image(deployment); }, .apply = [&deployment] { return build(deployment); }};
}

}  // namespace davit::commands::workflow::deploy
