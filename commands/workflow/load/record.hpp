// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::commands::workflow::load {

/// What a load test has seen so far.
class Record
{
public:
  void start(std::chrono::nanoseconds behind);  ///< by how much it was sent after it was due

  /// An answer; an error from 400 on. `latency` counts from the moment at which the request was due, so that what waits in a queue of the
  /// test itself is not hidden.
  void answer(int status, std::chrono::nanoseconds latency);

  /// A function that failed, or no answer at all: `kind` is what the report counts it by.
  void error(const std::string& kind, std::chrono::nanoseconds latency);

  [[nodiscard]] std::size_t started() const { return m_started; }
  [[nodiscard]] std::size_t ended() const { return m_latencies_ms.size(); }
  [[nodiscard]] std::size_t late() const { return m_late; }
  [[nodiscard]] std::size_t errors() const { return m_errors; }
  [[nodiscard]] double longest_lateness_ms() const { return m_longest_lateness_ms; }

  /// Sorted.
  [[nodiscard]] std::vector<double> latencies_ms() const;

  /// started, ended, late, longestLatenessMs, errors, statuses and errorKinds, latencyMs.
  [[nodiscard]] OrderedJson to_json() const;

private:
  std::size_t m_started = 0;
  std::size_t m_late = 0;
  std::size_t m_errors = 0;
  double m_longest_lateness_ms = 0;
  std::map<std::string, std::size_t> m_statuses;
  std::map<std::string, std::size_t> m_error_kinds;
  std::vector<double> m_latencies_ms;
};

/// "p95<200ms": a bound of a figure.
struct Threshold {
  std::string text;
  std::string figure;  ///< p50, p90, p95, p99, max, mean (milliseconds), errors, late (a share with %, else a count), rate (ended a second)
  std::string comparison;
  double bound = 0;  ///< in milliseconds, as a share of 1, or plain
  bool is_share = false;
};
Result<Threshold> parse_threshold(const std::string& text);

struct Verdict {
  double actual = 0;
  bool ok = false;
};
Verdict judge(const Threshold& threshold, const Record& record, std::chrono::nanoseconds elapsed);

/// The figure with the unit of its threshold.
std::string figure_text(const Threshold& threshold, double value);

}  // namespace davit::commands::workflow::load
