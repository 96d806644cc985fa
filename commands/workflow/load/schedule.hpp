// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::commands::workflow::load {

/// A stretch of time in which the rate goes evenly from one value to another.
struct Stage {
  std::chrono::milliseconds duration{};
  double from_rate = 0;  ///< requests a second
  double to_rate = 0;
};

/// When each request of a test is due. The times are fixed before the first one is sent and do not wait for answers (an open model): a slow
/// backend meets the same requests as a fast one.
class Schedule
{
public:
  explicit Schedule(std::vector<Stage> stages);

  [[nodiscard]] std::size_t count() const { return m_count; }
  [[nodiscard]] std::chrono::milliseconds duration() const;
  [[nodiscard]] const std::vector<Stage>& stages() const { return m_stages; }

  /// How long after the beginning the `index`-th request is due.
  [[nodiscard]] std::chrono::nanoseconds due(std::size_t index) const;

  /// "10 s from 0 to 5 a second, then 30 s at 50 a second".
  [[nodiscard]] std::string text() const;

private:
  std::vector<Stage> m_stages;
  std::vector<double> m_requests_before;  ///< of each stage
  std::size_t m_count = 0;
};

/// What --rate, --duration and --stages say: "10s:5,30s:50" goes to 5 a second within ten seconds and to 50 within the thirty after them.
/// Usage error for what does not fit together.
struct ScheduleFlags {
  double rate = 0;  ///< 0: not given
  std::string duration;
  std::string stages;
};
Result<Schedule> parse_schedule(const ScheduleFlags& flags);

}  // namespace davit::commands::workflow::load
