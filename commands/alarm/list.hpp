// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/cloudwatch/client.hpp"
#include "cli/command.hpp"

namespace davit::commands::alarm {

struct ListRequest {
  std::string prefix;
  std::string state;  ///< "OK", "ALARM", "INSUFFICIENT_DATA", or empty
};

/// Metric alarms by name.
Result<std::vector<davit::aws::cloudwatch::Alarm>> list(const ListRequest& request, davit::aws::auth::Session& session);

void add_list(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::alarm
