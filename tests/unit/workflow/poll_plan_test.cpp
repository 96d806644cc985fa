// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/logs/poll_plan.hpp"

#include <gtest/gtest.h>

#include "commands/workflow/logs/seen_events.hpp"

namespace davit::commands::workflow::logs {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint k_begin{seconds{1'800'000'000}};

TEST(PollPlan, OverlapsTheReadsBefore)
{
  PollPlan plan{k_begin};
  EXPECT_EQ(plan.next_start(k_begin + seconds{10}, std::nullopt), k_begin);
  EXPECT_EQ(plan.next_start(k_begin + seconds{11}, k_begin + seconds{5}), k_begin) << "never before the beginning";
  EXPECT_EQ(plan.next_start(k_begin + seconds{69}, k_begin + seconds{65}), k_begin + seconds{5});
}

TEST(PollPlan, TakesATimeInTheFutureForNow)
{
  PollPlan plan{k_begin};
  plan.next_start(k_begin + minutes{60}, std::nullopt);
  EXPECT_EQ(plan.next_start(k_begin + minutes{60}, k_begin + minutes{150}), k_begin + minutes{59});
}

TEST(PollPlan, LooksFurtherBackOnceAMinute)
{
  PollPlan plan{k_begin};
  plan.next_start(k_begin + minutes{60}, std::nullopt);
  const TimePoint newest = k_begin + minutes{60};
  EXPECT_EQ(plan.next_start(newest + seconds{59}, newest), newest - seconds{60});
  EXPECT_EQ(plan.next_start(newest + seconds{60}, newest), newest - minutes{15});
  EXPECT_EQ(plan.next_start(newest + seconds{61}, newest), newest - seconds{60});
}

TEST(PollPlan, WaitsLongerWhileNothingComesAndWhenThrottled)
{
  PollPlan plan{k_begin};
  EXPECT_EQ(plan.wait_after(Poll::brought_events), milliseconds{500});
  EXPECT_EQ(plan.wait_after(Poll::brought_nothing), milliseconds{750});
  for (int i = 0; i < 10; ++i) {
    plan.wait_after(Poll::brought_nothing);
  }
  EXPECT_EQ(plan.wait_after(Poll::brought_nothing), milliseconds{5000});
  EXPECT_EQ(plan.wait_after(Poll::was_throttled), milliseconds{10'000});
  EXPECT_EQ(plan.wait_after(Poll::failed), milliseconds{20'000});
  EXPECT_EQ(plan.wait_after(Poll::was_throttled), milliseconds{20'000});
  EXPECT_EQ(plan.wait_after(Poll::brought_events), milliseconds{500});
}

TEST(SeenEvents, TellsNewFromSeenAndLate)
{
  SeenEvents seen;
  const auto take = [&seen](const char* id, int second) {
    return seen.take({.event_id = id, .stream = "s", .time = k_begin + seconds{second}, .ingestion = {}, .message = {}});
  };
  EXPECT_EQ(take("1", 5), Arrival::in_order);
  EXPECT_EQ(take("2", 5), Arrival::in_order) << "the same moment is not late";
  EXPECT_EQ(take("1", 5), std::nullopt);
  EXPECT_EQ(take("3", 4), Arrival::late);
  EXPECT_EQ(take("4", 6), Arrival::in_order);
  EXPECT_EQ(seen.count(), 4);
  EXPECT_EQ(seen.late(), 1);
  EXPECT_EQ(seen.newest(), k_begin + seconds{6});
}

}  // namespace
}  // namespace davit::commands::workflow::logs
