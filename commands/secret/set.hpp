// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/secretsmanager/client.hpp"
#include "cli/command.hpp"
#include "cli/plan.hpp"

namespace davit::commands::secret {

struct SetRequest {
  std::string secret_id;  ///< physical name or ARN
  std::string value;
  std::string description;  ///< of a secret that is created
};

/// What setting this value would do. Reads only.
struct SetPlan {
  enum class Action { create, update, nothing };
  Action action = Action::nothing;
  cli::Plan plan;
};

Result<SetPlan> plan_set(const SetRequest& request, davit::aws::auth::Session& session);

/// Does what the plan says. A secret that already has the value gets no new version.
Result<davit::aws::secretsmanager::SecretVersion> set(const SetRequest& request, const SetPlan& plan, davit::aws::auth::Session& session);

void add_set(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::secret
