// SPDX-License-Identifier: Apache-2.0
#include "commands/table/write_pace.hpp"

#include <algorithm>
#include <cmath>

namespace davit::commands::table {
namespace {

using std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

constexpr Seconds k_window{0.5};           ///< over which is measured what the table takes and refuses
constexpr Seconds k_first_window{0.1};     ///< the same before it has throttled at all: the first reaction is quick
constexpr Seconds k_recovery{5};           ///< from the fall to the old rate
constexpr Seconds k_burst{0.2};            ///< of unused rate that is kept
constexpr double k_tolerated = 0.1;        ///< share of the offered units that may be refused
constexpr int k_enough_answers = 8;        ///< in a window, to judge by
constexpr double k_telling_change = 0.15;  ///< of the rate, as a logarithm
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
  ++m_window_answers;
  const Seconds passed = now - *m_window_start;
  if (m_throttled_at ? passed < k_window || m_window_answers < k_enough_answers : passed < k_first_window) {
    return;
  }
  react(m_window_taken / passed.count(), m_window_refused / passed.count(), now);
  m_window_taken = 0;
  m_window_refused = 0;
  m_window_answers = 0;
  m_window_start = now;
}

void WritePace::react(double taken, double refused, Clock::time_point now)
{
  const double offered = taken + refused;
  if (refused <= k_tolerated * offered) {
    m_offered_before = 0;
    return;
  }
  const bool is_first = !m_throttled_at;
  if (refuses_for_other_reasons(taken, offered)) {
    m_peak = std::max(m_peak, m_peak_before) * k_rise;
    m_throttled_at = now;
  } else {
    m_peak_before = m_peak;
    slow_down(taken, refused, now);
  }
  // What it took before it throttled for the first time may have been saved up, and is no measure.
  m_offered_before = is_first ? 0 : offered;
  m_share_before = taken / offered;
}

/// A table that is at its limit takes as much of less: a larger share. One that takes the same share does not refuse for the rate, and to
/// slow down for it would go on until nothing moves.
bool WritePace::refuses_for_other_reasons(double taken, double offered) const
{
  if (m_offered_before == 0 || taken == 0 || m_share_before == 0) {
    return false;
  }
  const double change = std::log(offered / m_offered_before);
  const double change_of_share = std::log(taken / offered / m_share_before);
  return std::abs(change) > k_telling_change && std::abs(change_of_share) < std::abs(change_of_share + change);
}

/// What the table takes a second while it refuses the rest is where it stands; after the first time, half of the way there is enough for
/// one step. Where it takes nothing, some of what was tried.
void WritePace::slow_down(double taken, double refused, Clock::time_point now)
{
  const auto kept = rate(now);
  const double stands = taken > 0 ? taken : std::min(kept.value_or(refused), refused) * k_fall;
  m_peak = std::max({k_slowest, stands, m_throttled_at && taken > 0 ? *kept / k_fall / 2 : 0});
  m_credit = std::min(m_credit, 0.0);
  m_throttled_at = now;
}

}  // namespace davit::commands::table
