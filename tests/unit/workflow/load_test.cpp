// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "commands/workflow/load/record.hpp"
#include "commands/workflow/load/schedule.hpp"

namespace davit::commands::workflow::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

double due_s(const Schedule& schedule, std::size_t index)
{
  return std::chrono::duration<double>(schedule.due(index)).count();
}

TEST(Schedule, SpreadsASteadyRateEvenly)
{
  const auto schedule = parse_schedule({.rate = 10, .duration = "2s"}).value();
  EXPECT_EQ(schedule.count(), 20U);
  EXPECT_NEAR(due_s(schedule, 0), 0, 1e-9);
  EXPECT_NEAR(due_s(schedule, 7), 0.7, 1e-6);
  EXPECT_NEAR(due_s(schedule, 19), 1.9, 1e-6);
  EXPECT_EQ(schedule.text(), "2 s at 10 a second");
}

TEST(Schedule, GoesEvenlyFromRateToRate)
{
  // 0 to 10 a second within 2 s: the n-th is due at sqrt(2n / 5).
  const auto schedule = parse_schedule({.stages = "2s:10,1s:10,2s:0"}).value();
  EXPECT_EQ(schedule.count(), 30U);
  EXPECT_NEAR(due_s(schedule, 5), 1.414214, 1e-5);
  EXPECT_NEAR(due_s(schedule, 10), 2.0, 1e-6);
  EXPECT_NEAR(due_s(schedule, 15), 2.5, 1e-6);
  EXPECT_NEAR(due_s(schedule, 20), 3.0, 1e-6);
  for (std::size_t i = 1; i < schedule.count(); ++i) {
    EXPECT_GT(schedule.due(i), schedule.due(i - 1)) << i;
    EXPECT_LT(schedule.due(i), seconds{5}) << i;
  }
}

TEST(Schedule, PassesOverAStageWithoutRequests)
{
  const auto schedule = parse_schedule({.stages = "1s:0,1s:10"}).value();
  EXPECT_EQ(schedule.count(), 5U);
  EXPECT_NEAR(due_s(schedule, 0), 1.0, 1e-6);
}

TEST(Schedule, RefusesWhatDoesNotFitTogether)
{
  for (const char* stages : {"10s", "10s:", "10s:x", "0s:5", "10:5", "10s:-1", "10s:20000", "1s:0"}) {
    EXPECT_FALSE(parse_schedule({.stages = stages})) << stages;
  }
  EXPECT_FALSE(parse_schedule({.duration = "1s", .stages = "1s:5"}));
}

TEST(Threshold, IsReadAndJudged)
{
  Record record;
  for (int i = 1; i <= 100; ++i) {
    record.start(i == 1 ? nanoseconds{milliseconds{50}} : nanoseconds{0});
    record.answer(i <= 2 ? 503 : 200, milliseconds{i});
  }
  const auto ok = [&record](const char* text) { return judge(parse_threshold(text).value(), record, seconds{10}).ok; };
  EXPECT_TRUE(ok("p95<=95ms"));
  EXPECT_FALSE(ok("p95<95ms"));
  EXPECT_TRUE(ok("max<1s"));
  EXPECT_TRUE(ok("mean>50ms"));
  EXPECT_TRUE(ok("errors<=2%"));
  EXPECT_FALSE(ok("errors<2"));
  EXPECT_TRUE(ok("late<=1"));
  EXPECT_TRUE(ok("rate>=10"));
  EXPECT_FALSE(judge(parse_threshold("errors<1%").value(), Record{}, seconds{1}).ok) << "nothing ended";
}

TEST(Threshold, RefusesWhatItCannotRead)
{
  for (const char* text : {"", "p95", "p42<1s", "p95<1", "p95<1%", "errors<1ms", "rate<1%", "p95=1ms", "errors<x", "errors<-1"}) {
    EXPECT_FALSE(parse_threshold(text)) << text;
  }
}

}  // namespace
}  // namespace davit::commands::workflow::load
