// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "aws/core/time.hpp"
#include "cli/context.hpp"

namespace davit::commands::workflow::logs {

/// A time on a command line: a TIME, or how long ago ("10m").
Result<TimePoint> time_ago(const std::string& text, TimePoint now);

/// The names, or the one prefix, that --stream selects. Usage error for a prefix in company.
struct StreamSelection {
  std::vector<std::string> names;
  std::string prefix;  ///< "2026/11/26/[7]*" without the star
};
Result<StreamSelection> select_streams(const std::vector<std::string>& words);

/// "12 shown, 1 late, 0 missing".
struct Totals;
std::string totals_line(const Totals& totals);

}  // namespace davit::commands::workflow::logs
