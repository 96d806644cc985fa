// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// Tells the time. Passed in wherever a signature, a token or a back-off depends on it, so that tests can hold it still.
using Clock = std::function<TimePoint()>;

TimePoint system_now();

/// "2015-08-30T12:36:00Z", with milliseconds only when there are any (RFC 3339, always UTC).
std::string to_rfc3339(TimePoint time);

/// "20150830T123600Z": the form that SigV4 signs.
std::string to_amz_date(TimePoint time);

/// Accepts RFC 3339 with any offset, the form that SigV4 signs, or Unix seconds with an optional fraction.
Result<TimePoint> parse_time(std::string_view text);

/// Accepts "90s", "15m", "1h", "2d", "200ms", and sums of them such as "1h30m". A bare number is refused: the unit belongs to it.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace davit
