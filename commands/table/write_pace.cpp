// SPDX-License-Identifier: Apache-2.0
#include "commands/table/write_pace.hpp"

#include <algorithm>
#include <cmath>

namespace davit::commands::table {
namespace {

using std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

constexpr Seconds k_window{0.5};    ///< over which the rate is measured
constexpr Seconds k_recovery{5};    ///< from the fall to the old rate
constexpr Seconds k_reaction{0.5};  ///< throttled answers of one moment are one event
constexpr Seconds k_burst{0.2};     ///< of unused rate that is kept
constexpr double k_smoothing = 0.6;
constexpr double k_fall = 0.7;
constexpr double k_slowest = 1;       ///< unit a second, which the smallest table takes
constexpr double k_first_guess = 25;  ///< when the table throttled before it took anything

}  // namespace

std::optional<double> WritePace::rate(Clock::time_point now) const
{
  if (!m_throttled_at) {
    return m_limit;
  }
  const double since = Seconds(now - *m_throttled_at).count() / k_recovery.count() - 1;
  const double found = std::max(k_slowest, m_peak * (1 + (1 - k_fall) * since * since * since));
  return std::min(found, m_limit.value_or(found));
}

void WritePace::refill(Clock::time_point now)
{
  const double rate = this->rate(now).value_or(0);
  const double passed = m_refilled ? Seconds(now - *m_refilled).count() : 0;
  m_credit = std::min(rate * k_burst.count(), m_credit + rate * passed);
  m_refilled = now;
}

milliseconds WritePace::reserve(double units, Clock::time_point now)
{
  const auto rate = this->rate(now);
  if (!rate) {
    return milliseconds{0};
  }
  refill(now);
  const double owed = -m_credit;
  m_credit -= units;
  return owed <= 0 ? milliseconds{0} : milliseconds{static_cast<std::int64_t>(std::ceil(owed / *rate * 1000))};
}

void WritePace::settle(double reserved, double used, Clock::time_point now)
{
  measure(used, now);
  if (rate(now)) {
    refill(now);
    m_credit += reserved - used;
  }
}

void WritePace::measure(double used, Clock::time_point now)
{
  if (!m_window_start) {
    m_window_start = now;
  }
  m_window_units += used;
  const Seconds passed = now - *m_window_start;
  if (passed >= k_window) {
    const double latest = m_window_units / passed.count();
    m_measured = m_measured == 0 ? latest : k_smoothing * latest + (1 - k_smoothing) * m_measured;
    m_window_units = 0;
    m_window_start = now;
  }
}

void WritePace::throttled(Clock::time_point now)
{
  if (m_throttled_at && now - *m_throttled_at < k_reaction) {
    return;
  }
  const Seconds passed = m_window_start ? now - *m_window_start : Seconds{0};
  const double latest = passed.count() > 0.05 ? m_window_units / passed.count() : 0;
  const double taken = m_measured > 0 ? m_measured : latest;
  m_peak = std::max(k_slowest, taken > 0 ? taken : k_first_guess);
  m_credit = std::min(m_credit, 0.0);
  m_throttled_at = now;
}

}  // namespace davit::commands::table
