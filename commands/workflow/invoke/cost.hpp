// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/core/json.hpp"
#include "cli/config/project.hpp"
#include "commands/workflow/invoke/log_report.hpp"

namespace davit::commands::workflow::invoke {

/// What invocations cost, in US dollars before taxes, the free tier and the discounts of large accounts. Ephemeral storage above 512 MB and
/// provisioned concurrency come on top.
struct Cost {
  double gb_seconds = 0;
  int requests = 0;
  double dollars = 0;
  cli::config::Architecture architecture = cli::config::Architecture::x86_64;  ///< whose price this is
};

/// Since when AWS has had the prices that a cost is made of, and the region that they are of.
inline constexpr std::string_view k_price_region = "us-east-1";
inline constexpr std::string_view k_prices_valid_from = "2021-09-29";

/// One more invocation with that report; nothing is added for one whose report is not known.
void add(Cost& cost, const LogReport& report);

/// "0.0640 GB-s, $0.00000127".
std::string cost_text(const Cost& cost);

OrderedJson to_json(const Cost& cost);

}  // namespace davit::commands::workflow::invoke
