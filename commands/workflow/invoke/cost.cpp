// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/cost.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace davit::commands::workflow::invoke {
namespace {

using cli::config::Architecture;

// https://aws.amazon.com/lambda/pricing/, first tier.
constexpr std::string_view k_source = "https://aws.amazon.com/lambda/pricing/";
constexpr double k_x86_gb_second = 0.0000166667;
constexpr double k_arm_gb_second = 0.0000133334;
constexpr double k_request = 0.20 / 1'000'000;

/// Twelve decimal places: one invocation costs some ten-millionths of a dollar.
double rounded(double value)
{
  return std::round(value * 1e12) / 1e12;
}

}  // namespace

void add(Cost& cost, const LogReport& report)
{
  if (!report.billed_ms || !report.memory_mb) {
    return;
  }
  const double gb_seconds = *report.billed_ms / 1000.0 * *report.memory_mb / 1024.0;
  cost.gb_seconds += gb_seconds;
  ++cost.requests;
  cost.dollars += k_request + gb_seconds * (cost.architecture == Architecture::arm64 ? k_arm_gb_second : k_x86_gb_second);
}

std::string cost_text(const Cost& cost)
{
  return fmt::format("{:.4f} GB-s, ${:.8f} at the {} prices of {} ({})", cost.gb_seconds, cost.dollars,
                     cost.architecture == Architecture::arm64 ? "arm64" : "x86_64", k_price_region, k_prices_valid_from);
}

OrderedJson to_json(const Cost& cost)
{
  if (cost.requests == 0) {
    return nullptr;
  }
  return {{"gbSeconds", rounded(cost.gb_seconds)},
          {"currency", "USD"},
          {"amount", rounded(cost.dollars)},
          {"architecture", cost.architecture == Architecture::arm64 ? "arm64" : "x86_64"},
          {"pricesOfRegion", k_price_region},
          {"pricesValidFrom", k_prices_valid_from},
          {"pricesSource", k_source}};
}

}  // namespace davit::commands::workflow::invoke
