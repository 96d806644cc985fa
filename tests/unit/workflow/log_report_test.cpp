// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/log_report.hpp"

#include <gtest/gtest.h>

namespace davit::commands::workflow::invoke {
namespace {

TEST(LogReport, ReadsTheLastLine)
{
  const LogReport report = read_report(
      "REPORT RequestId: forged\tDuration: 9.00 ms\t\nSTART\n"
      "REPORT RequestId: 1\tDuration: 12.34 ms\tBilled Duration: 113 ms\tMemory Size: 128 MB\tMax Memory Used: 37 MB\tInit Duration: 100.50 ms\t\n");
  EXPECT_EQ(report.duration_ms, 12.34);
  EXPECT_EQ(report.billed_ms, 113);
  EXPECT_EQ(report.init_ms, 100.5);
  EXPECT_EQ(report.max_memory_mb, 37);
}

TEST(LogReport, ReadsTheJsonFormat)
{
  const LogReport report = read_report(
      R"({"time":"2026-01-01T00:00:00Z","type":"platform.start"})"
      "\n"
      R"({"type":"platform.report","record":{"requestId":"1","metrics":{"durationMs":2.5,"billedDurationMs":3.0,"maxMemoryUsedMB":40}}})");
  EXPECT_EQ(report.duration_ms, 2.5);
  EXPECT_EQ(report.billed_ms, 3);
  EXPECT_FALSE(report.init_ms);
  EXPECT_EQ(report.max_memory_mb, 40);
}

TEST(LogReport, HasNothingWithoutOne)
{
  EXPECT_FALSE(read_report("").duration_ms);
  EXPECT_FALSE(read_report("START RequestId: 1\n").billed_ms);
  EXPECT_FALSE(read_report("\"platform.report\" {").duration_ms);
}

}  // namespace
}  // namespace davit::commands::workflow::invoke
