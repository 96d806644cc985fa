// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {

Step smoke_step(Deployment& deployment)
{
  const auto plan = [&deployment]() -> Result<cli::PlanStep> {
    if (deployment.project.smoke.empty()) {
      return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = "smoke", .reason = "davit.yaml lists no suite"};
    }
    DAVIT_TRY_ASSIGN(const auto files, smoke::suites_of_project(deployment.project));
    return cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = "smoke", .reason = fmt::format("{} suites", files.size())};
  };
  const auto apply = [&deployment]() -> Status {
    DAVIT_TRY_ASSIGN(deployment.smoke, smoke::smoke(deployment.context, {}));
    auto failure = smoke::smoke_failure(*deployment.smoke);
    return failure ? fail(std::move(*failure)) : Status{};
  };
  return {.name = "smoke", .plan = plan, .apply = apply};
}

}  // namespace davit::commands::workflow::deploy
