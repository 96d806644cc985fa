// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/cloudwatch/client.hpp"
#include "cli/command.hpp"

namespace davit::commands::metric {

/// What a metric's name on a command line means: a shortcut for a metric of Lambda, or NAMESPACE:NAME.
struct MetricName {
  davit::aws::cloudwatch::Metric metric;
  std::vector<std::string> statistics;  ///< those that are usually wanted of it
  bool is_of_function = false;          ///< it has the dimension FunctionName
};

/// Usage error, with the nearest shortcut, for neither.
Result<MetricName> parse_metric(const std::string& text);

/// "Sum", "p99.9", "tm95": as CloudWatch writes it. Usage error for what it does not know.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
Result<std::string> parse_statistic(const std::string& text);

void add_get(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::metric
