// SPDX-License-Identifier: Apache-2.0
#include "commands/table/write_pace.hpp"

#include <algorithm>
#include <cmath>

namespace davit::commands::table {
namespace {

using std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

constexpr Seconds k_window{0.5};        ///< over which is measured what the table takes and refuses
constexpr Seconds k_first_window{0.1};  ///< the same before it has throttled at all: the first reaction is quick
constexpr Seconds k_recovery{5};        ///< from the fall to the old rate
constexpr Seconds k_burst{0.2};         ///< of unused rate that is kept
constexpr double k_tolerated = 0.1;     ///< share of the offered units that may be refused
constexpr double k_alike = 0.2;         ///< by which two shares may differ and count as the same
constexpr double k_fall = 0.7;
constexpr double k_rise = 1.5;
constexpr double k_slowest = 1;  ///< unit a second, which the smallest table takes

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

WritePace::Offer WritePace::reserve(double units, Clock::time_point now)
{
  const auto rate = this->rate(now);
  if (!rate) {
    return {units, now, now};
  }
  refill(now);
  const double owed = -m_credit;
  m_credit -= units;
  return {units, now, owed <= 0 ? now : now + milliseconds{static_cast<std::int64_t>(std::ceil(owed / *rate * 1000))}};
}

void WritePace::settle(const Offer& offer, double used, double refused, Clock::time_point now)
{
  // What was decided before it slowed down says nothing of the rate since.
  m_window_refused += m_throttled_at && offer.made < *m_throttled_at ? 0 : refused;
  measure(used, now);
  if (rate(now)) {
    refill(now);
    // What is refused was offered all the same: it is not to be offered again at once.
    m_credit += offer.units - used - refused;
  }
}

void WritePace::measure(double used, Clock::time_point now)
{
  if (!m_window_start) {
    m_window_start = now;
  }
  m_window_taken += used;
  const Seconds passed = now - *m_window_start;
  if (passed < (m_throttled_at ? k_window : k_first_window)) {
    return;
  }
  react(m_window_taken / passed.count(), now);
  m_window_taken = 0;
  m_window_refused = 0;
  m_window_start = now;
}

/// A table that goes on to refuse the same share of less does not refuse for the rate: slower would only be slower, in the end for ever.
/// One window like the one before proves nothing: a burst may have hidden in the first where the table really stands.
void WritePace::react(double taken, Clock::time_point now)
{
  const double offered = m_window_taken + m_window_refused;
  const double share = offered > 0 ? m_window_refused / offered : 0;
  if (share <= k_tolerated) {
    m_refused_share = 0;
    return;
  }
  const bool is_alike = taken > 0 && std::abs(share - m_refused_share) < k_alike * m_refused_share;
  m_windows_alike = is_alike ? m_windows_alike + 1 : 0;
  m_refused_share = share;
  if (m_windows_alike > 1) {
    m_peak = std::max(m_peak * k_rise, m_peak_before);
    m_throttled_at = now;
  } else {
    m_peak_before = m_peak;
    slow_down(taken, now);
  }
}

/// `taken` is what the table takes a second while it refuses the rest, so that this is where it stands. Where it takes nothing, some of
/// what was tried.
void WritePace::slow_down(double taken, Clock::time_point now)
{
  const double tried = m_window_refused / k_window.count();
  m_peak = std::max(k_slowest, taken > 0 ? taken : std::min(rate(now).value_or(tried), tried) * k_fall);
  m_credit = std::min(m_credit, 0.0);
  m_throttled_at = now;
}

}  // namespace davit::commands::table
