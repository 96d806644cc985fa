// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/session.hpp"
#include "aws/core/time.hpp"
#include "commands/workflow/invocation_log.hpp"

namespace davit::commands::workflow::invoke {

/// An asynchronous invocation that Lambda took.
struct SentEvent {
  std::string function;
  std::string qualifier;
  std::string request_id;
  TimePoint sent;
};

/// How it went on.
struct EventEnd {
  std::vector<Attempt> attempts;
  int maximum_retries = 0;
};

struct EventWatch {
  std::function<Status(const Attempt&)> attempt_ended;  ///< in order, each once
  std::function<void(const std::string&)> note;
};

/// Follows the event in the function's log to its true end: until an attempt succeeded, or the last one that Lambda makes failed. Lambda
/// tells nobody but the log how an event went, so a failure is one that the log tells of. An unavailable error when the end did not come in
/// time; cancelled when interrupted.
Result<EventEnd> await_end(aws::auth::Session& session, const SentEvent& event, std::chrono::milliseconds limit, const EventWatch& watch);

}  // namespace davit::commands::workflow::invoke
