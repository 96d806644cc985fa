// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/cloudwatch/client.hpp"
#include "cli/command.hpp"
#include "cli/plan.hpp"

namespace davit::commands::alarm {

struct TestRequest {
  davit::aws::cloudwatch::Alarm alarm;  ///< as it is before
  std::string state = "ALARM";          ///< the one that it is driven into
};

struct TestResponse {
  std::vector<std::string> notified;  ///< ARNs of the actions that CloudWatch called on the way there
  std::string state_after;            ///< what the alarm ended in
};

/// The alarm of that name; in an environment of davit.yaml the name may lack the prefix of its resources. Not-found error for none.
Result<davit::aws::cloudwatch::Alarm> find_alarm(cli::Context& context, const std::string& name);

/// What a test does: the state and its actions, then the return and the actions of that.
cli::Plan plan_test(const TestRequest& request);

/// Drives the alarm into the state and back into the one that it was in. The way back is gone whatever a signal asks.
Result<TestResponse> test(const TestRequest& request, davit::aws::auth::Session& session);

void add_test(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::alarm
