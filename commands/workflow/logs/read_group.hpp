// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aws/logs/client.hpp"
#include "commands/workflow/logs/seen_events.hpp"

namespace davit::commands::workflow::logs {

/// What takes the events, and what hears of the rest.
struct Listener {
  std::function<Status(const aws::logs::LogEvent&, Arrival)> take;
  std::function<Status()> page_ended = [] { return Status{}; };
  /// One line for people: why nothing comes at the moment.
  std::function<void(const std::string&)> note = [](const std::string&) {};
  /// Nobody reads what is taken any more.
  std::function<bool()> is_unread = [] { return false; };
};

struct Totals {
  std::int64_t shown = 0;
  std::int64_t late = 0;
  /// Events in the group that were not shown, as a read of the whole time found after the last one was shown. Nothing when there was no
  /// such read.
  std::optional<std::int64_t> missing = std::nullopt;
};

/// Reads every page of what the input selects, and takes each event that was not taken before. Returns how many were new.
Result<std::int64_t> read_once(aws::logs::Client& client, aws::logs::FilterLogEventsInput input, SeenEvents& seen,
                               const Listener& listener);

/// Reads the group again and again from `input.start` on, until `input.end` or until a signal asks to stop; then reads the whole time once
/// more, takes what came too late for all reads before, and counts. A group that is not there yet, throttling and lost connections are
/// waited out; the first read of all must succeed or find no group.
Result<Totals> follow(aws::logs::Client& client, const aws::logs::FilterLogEventsInput& input, const Listener& listener,
                      const Clock& clock = system_now);

}  // namespace davit::commands::workflow::logs
