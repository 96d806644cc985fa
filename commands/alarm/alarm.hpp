// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

/// CloudWatch alarms.
namespace davit::commands::alarm {

void add_alarm(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::alarm
