// SPDX-License-Identifier: Apache-2.0
#include "aws/core/time.hpp"

#include <gtest/gtest.h>

namespace davit {
namespace {

using std::chrono::milliseconds;

TEST(ParseTime, AcceptsTheThreeForms)
{
  const TimePoint expected{milliseconds{1'440'938'160'000}};
  EXPECT_EQ(parse_time("2015-08-30T12:36:00Z").value(), expected);
  EXPECT_EQ(parse_time("2015-08-30t14:36:00+02:00").value(), expected);
  EXPECT_EQ(parse_time("20150830T123600Z").value(), expected);
  EXPECT_EQ(parse_time("1440938160").value(), expected);
  EXPECT_EQ(parse_time("1440938160.5").value(), expected + milliseconds{500});
}

TEST(ParseTime, RefusesWhatIsNoTime)
{
  for (const char* text : {"", "tomorrow", "2015-02-30T00:00:00Z", "2015-08-30", "2015-08-30T25:00:00Z", "12x", "1e9", "99999999999999"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(FormatTime, WritesWhatItParses)
{
  const TimePoint time{milliseconds{1'440'938'160'250}};
  EXPECT_EQ(to_rfc3339(time), "2015-08-30T12:36:00.250Z");
  EXPECT_EQ(to_amz_date(time), "20150830T123600Z");
  EXPECT_EQ(parse_time(to_rfc3339(time)).value(), time);
}

TEST(ParseDuration, NeedsAUnit)
{
  EXPECT_EQ(parse_duration("200ms").value(), milliseconds{200});
  EXPECT_EQ(parse_duration("1h30m").value(), milliseconds{5'400'000});
  for (const char* text : {"", "15", "m", "-1s", "1x", "1h30", "99999999999d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace davit
