// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace davit::commands::workflow::invoke {

/// The figures of a REPORT line, or of a platform.report record of the JSON log format (Lambda Developer Guide, "Viewing CloudWatch logs
/// for Lambda functions" and "Telemetry API schema").
struct LogReport {
  std::optional<double> duration_ms;
  std::optional<int> billed_ms;
  std::optional<double> init_ms;  ///< only of a cold start
  std::optional<int> max_memory_mb;
  std::optional<int> memory_mb = std::nullopt;  ///< what the function may have, and what is billed
};

/// Reads the last report of a log tail; every member is absent when there is none.
LogReport read_report(std::string_view log);

}  // namespace davit::commands::workflow::invoke
