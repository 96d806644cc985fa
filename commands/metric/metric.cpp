// SPDX-License-Identifier: Apache-2.0
#include "commands/metric/metric.hpp"

#include <CLI/App.hpp>

#include "commands/metric/get.hpp"

namespace davit::commands::metric {

void add_metric(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "metric", "CloudWatch metrics");
  registry.add_verbs(group, {{"get", add_get}});
}

}  // namespace davit::commands::metric
