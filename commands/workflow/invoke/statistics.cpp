// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace davit::commands::workflow::invoke {
namespace {

/// Thousandths of a millisecond are more than a clock here can tell.
double rounded_ms(double value)
{
  return std::round(value * 1000) / 1000;
}

}  // namespace

std::optional<double> percentile(const std::vector<double>& sorted, double percent)
{
  if (sorted.empty()) {
    return std::nullopt;
  }
  const double rank = std::ceil(percent / 100 * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size())));
  return sorted[index - 1];
}

std::optional<Distribution> distribution(std::vector<double> values)
{
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  return Distribution{.count = values.size(),
                      .minimum = values.front(),
                      .mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
                      .p50 = *percentile(values, 50),
                      .p95 = *percentile(values, 95),
                      .p99 = *percentile(values, 99),
                      .maximum = values.back()};
}

OrderedJson to_json(const std::optional<Distribution>& distribution)
{
  if (!distribution) {
    return nullptr;
  }
  return {{"count", distribution->count},
          {"min", rounded_ms(distribution->minimum)},
          {"mean", rounded_ms(distribution->mean)},
          {"p50", rounded_ms(distribution->p50)},
          {"p95", rounded_ms(distribution->p95)},
          {"p99", rounded_ms(distribution->p99)},
          {"max", rounded_ms(distribution->maximum)}};
}

std::string to_text(const std::optional<Distribution>& distribution)
{
  return distribution ? fmt::format("p50 {:.1f}, p95 {:.1f}, p99 {:.1f}, max {:.1f} ms", distribution->p50, distribution->p95,
                                    distribution->p99, distribution->maximum)
                      : "-";
}

}  // namespace davit::commands::workflow::invoke
