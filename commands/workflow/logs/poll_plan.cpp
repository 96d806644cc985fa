// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/logs/poll_plan.hpp"

#include <algorithm>

namespace davit::commands::workflow::logs {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds k_overlap{60};
constexpr std::chrono::minutes k_far_overlap{15};
constexpr std::chrono::seconds k_far_every{60};

constexpr milliseconds k_shortest_wait{500};
constexpr milliseconds k_longest_wait{5'000};
constexpr milliseconds k_longest_back_off{20'000};

}  // namespace

TimePoint PollPlan::next_start(TimePoint now, std::optional<TimePoint> newest)
{
  if (!m_looked_far_back) {
    m_looked_far_back = now;
    return m_begin;
  }
  const bool goes_far = now - *m_looked_far_back >= k_far_every;
  m_looked_far_back = goes_far ? now : *m_looked_far_back;
  const TimePoint from = std::min(newest.value_or(m_begin), now);
  return std::max(m_begin, goes_far ? from - k_far_overlap : from - k_overlap);
}

milliseconds PollPlan::wait_after(Poll poll)
{
  switch (poll) {
    case Poll::brought_events:
      m_wait = k_shortest_wait;
      break;
    case Poll::brought_nothing:
      m_wait = std::min(m_wait * 3 / 2, k_longest_wait);
      break;
    case Poll::was_throttled:
    case Poll::failed:
      m_wait = std::min(m_wait * 2, k_longest_back_off);
      break;
  }
  return m_wait;
}

}  // namespace davit::commands::workflow::logs
