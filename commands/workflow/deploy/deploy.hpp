// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {

/// How one step came out.
struct StepOutcome {
  enum class Kind {
    done,
    skipped,  ///< there was nothing to do
    failed,
    not_run,  ///< an earlier step failed
  };
  std::string name;
  cli::PlanStep plan;
  Kind kind = Kind::not_run;
  int duration_ms = 0;
};

struct DeployResponse {
  std::vector<StepOutcome> steps;
  std::string url;        ///< of the API
  std::string digest;     ///< of the image
  std::string isolation;  ///< of handlers in the local AWS: "chroot", "userns" or "process"
  std::optional<smoke::SmokeResponse> smoke;
};

/// The steps of a deployment, in their order.
Steps steps_of(Deployment& deployment);

/// What every step would do, as far as it can be told before the first is done.
Result<cli::Plan> plan(const Steps& steps);

}  // namespace davit::commands::workflow::deploy
