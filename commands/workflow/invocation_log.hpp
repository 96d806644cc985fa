// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/logs/client.hpp"
#include "commands/workflow/invoke/log_report.hpp"

namespace davit::commands::workflow {

/// One run of a function for a request: Lambda runs an asynchronous request again, under the same id, when it failed.
struct Attempt {
  std::string stream;
  std::vector<aws::logs::LogEvent> events;  ///< from START to REPORT, as far as they are there
  bool is_complete = false;                 ///< its REPORT is there
  invoke::LogReport report;
  std::string failure;  ///< why it failed, in the words of the log; empty when nothing in the log says that it did
};

/// Where to look for a request, and since when.
struct InvocationPlace {
  std::string group;
  std::string request_id;
  TimePoint since;
};

/// What the group holds of the request now, in the order of the attempts.
Result<std::vector<Attempt>> read_attempts(aws::logs::Client& client, const InvocationPlace& place);

/// Reads until `is_enough` likes what is there, the time is over, or a signal asks to stop (a cancelled error). Returns what there is.
Result<std::vector<Attempt>> await_attempts(aws::logs::Client& client, const InvocationPlace& place, std::chrono::milliseconds limit,
                                            const std::function<bool(const std::vector<Attempt>&)>& is_enough);

/// There is one, and the last one has its REPORT.
bool is_finished(const std::vector<Attempt>& attempts);

/// All lines of the attempt as the function wrote them, each with its line end.
std::string text_of(const Attempt& attempt);

}  // namespace davit::commands::workflow
