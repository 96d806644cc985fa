// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "aws/core/time.hpp"

namespace davit::commands::workflow::logs {

/// What a read of the group came to.
enum class Poll { brought_events, brought_nothing, was_throttled, failed };

/// When to read a group that is followed, and from which time on. CloudWatch shows an event seconds after its own time, sooner or later
/// by stream, so every read goes back behind the newest event seen, once a minute a good deal further.
class PollPlan
{
public:
  explicit PollPlan(TimePoint begin) : m_begin(begin) {}

  /// The start time of the next read. Times in the future (CloudWatch takes two hours of them) count as now.
  TimePoint next_start(TimePoint now, std::optional<TimePoint> newest);

  /// How long to wait after a read: half a second while events come, then slower up to five seconds; twice as long each time when the
  /// service throttles or is not there, up to twenty.
  std::chrono::milliseconds wait_after(Poll poll);

private:
  TimePoint m_begin;
  std::optional<TimePoint> m_looked_far_back;
  std::chrono::milliseconds m_wait{500};
};

}  // namespace davit::commands::workflow::logs
