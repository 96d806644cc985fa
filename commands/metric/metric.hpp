// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

/// CloudWatch metrics.
namespace davit::commands::metric {

void add_metric(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::metric
