// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace davit::commands::table {

/// How fast a bulk write may go, in write units a second, which are what a table is limited by. It never goes beyond a limit of the user's.
/// Without one it goes as fast as it can until the table throttles; then it falls below what the table takes and finds the way back up as
/// TCP CUBIC does (RFC 9438): quickly to where it was, slowly past it, then quickly again, so that a limit which was raised is used.
class WritePace
{
public:
  using Clock = std::chrono::steady_clock;

  explicit WritePace(std::optional<double> limit) : m_limit(limit) {}

  /// Units that are to be written, when that was decided, and when they may go.
  struct Offer {
    double units = 0;
    Clock::time_point made{};
    Clock::time_point at{};
  };

  /// Makes room for so many units. What they will be is a guess, which settle() corrects.
  Offer reserve(double units, Clock::time_point now);

  /// What was offered has used so many units, and the table has refused so many for its rate. A few refusals among
  /// many writes are no reason to slow down: sending them again is cheaper.
  void settle(const Offer& offer, double used, double refused, Clock::time_point now);

  /// What it keeps to at the moment; nothing while that is nothing.
  [[nodiscard]] std::optional<double> rate(Clock::time_point now) const;

private:
  void measure(double used, Clock::time_point now);
  void react(double taken, double refused, Clock::time_point now);
  [[nodiscard]] bool refuses_for_other_reasons(double taken, double offered) const;
  void slow_down(double taken, double refused, Clock::time_point now);
  void refill(Clock::time_point now);

  std::optional<double> m_limit;
  double m_credit = 0;  ///< units that may go at once; below zero they are owed
  std::optional<Clock::time_point> m_refilled;

  double m_window_taken = 0;  ///< units, since m_window_start
  double m_window_refused = 0;
  int m_window_answers = 0;
  std::optional<Clock::time_point> m_window_start;

  double m_offered_before = 0;  ///< units a second in the window before, where that was too much
  double m_share_before = 0;    ///< of them, that the table took
  double m_peak = 0;            ///< units a second that the table took when it throttled last
  double m_peak_before = 0;
  std::optional<Clock::time_point> m_throttled_at;
};

}  // namespace davit::commands::table
