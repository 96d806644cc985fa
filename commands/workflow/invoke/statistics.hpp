// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"

namespace davit::commands::workflow::invoke {

/// The value at or below which `percent` of the values lie, by the nearest rank: always one that was measured. Nothing of no values.
std::optional<double> percentile(const std::vector<double>& sorted, double percent);

/// What is told of a list of milliseconds.
struct Distribution {
  std::size_t count = 0;
  double minimum = 0;
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double maximum = 0;
};
std::optional<Distribution> distribution(std::vector<double> values);

/// null of no values.
OrderedJson to_json(const std::optional<Distribution>& distribution);

/// "p50 3.1, p95 9.0, p99 12.4, max 15.0 ms"; "-" of no values.
std::string to_text(const std::optional<Distribution>& distribution);

}  // namespace davit::commands::workflow::invoke
