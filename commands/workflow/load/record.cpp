// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/load/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>

#include "commands/workflow/invoke/statistics.hpp"

namespace davit::commands::workflow::load {
namespace {

using std::chrono::nanoseconds;

double milliseconds_of(nanoseconds duration)
{
  return std::chrono::duration<double, std::milli>(duration).count();
}

bool is_time(const std::string& figure)
{
  return figure != "errors" && figure != "late" && figure != "rate";
}

bool holds(double left, const std::string& comparison, double right)
{
  return comparison == "<" ? left < right : comparison == "<=" ? left <= right : comparison == ">" ? left > right : left >= right;
}

double time_figure(const std::string& figure, const std::vector<double>& sorted)
{
  if (sorted.empty()) {
    return 0;
  }
  if (figure == "max") {
    return sorted.back();
  }
  if (figure == "mean") {
    return std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
  }
  return *invoke::percentile(sorted, std::stod(figure.substr(1)));
}

/// "200ms", "1s", "1%", "50".
Result<Threshold> with_bound(Threshold threshold, std::string_view text)
{
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threshold.bound);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const bool is_unit_right = is_time(threshold.figure)    ? unit == "ms" || unit == "s"
                             : threshold.figure == "rate" ? unit.empty()
                                                          : unit.empty() || unit == "%";
  if (error != std::errc{} || !is_unit_right || threshold.bound < 0) {
    return fail(usage_error(fmt::format("'{}' is no threshold", threshold.text), "such as p95<200ms, errors<1%, late<=0, rate>=49.5"));
  }
  threshold.is_share = unit == "%";
  threshold.bound *= unit == "s" ? 1000 : unit == "%" ? 0.01 : 1;
  return threshold;
}

}  // namespace

void Record::start(nanoseconds behind)
{
  // What a scheduler and a timer of a busy machine take is no lateness.
  constexpr std::chrono::milliseconds k_tolerance{20};
  ++m_started;
  m_late += behind > k_tolerance ? 1 : 0;
  m_longest_lateness_ms = std::max(m_longest_lateness_ms, milliseconds_of(behind));
}

void Record::answer(int status, nanoseconds latency)
{
  ++m_statuses[std::to_string(status)];
  m_errors += status >= 400 ? 1 : 0;
  m_latencies_ms.push_back(milliseconds_of(latency));
}

void Record::error(const std::string& kind, nanoseconds latency)
{
  ++m_error_kinds[kind];
  ++m_errors;
  m_latencies_ms.push_back(milliseconds_of(latency));
}

std::vector<double> Record::latencies_ms() const
{
  std::vector<double> sorted = m_latencies_ms;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

OrderedJson Record::to_json() const
{
  return {{"started", m_started},
          {"ended", ended()},
          {"late", m_late},
          {"longestLatenessMs", std::round(m_longest_lateness_ms * 1000) / 1000},
          {"errors", m_errors},
          {"statuses", OrderedJson(m_statuses)},
          {"errorKinds", OrderedJson(m_error_kinds)},
          {"latencyMs", invoke::to_json(invoke::distribution(m_latencies_ms))}};
}

Result<Threshold> parse_threshold(const std::string& text)
{
  constexpr std::array<std::string_view, 9> k_figures{"p50", "p90", "p95", "p99", "max", "mean", "errors", "late", "rate"};
  const std::size_t at = text.find_first_of("<>");
  const std::string figure = text.substr(0, at);
  if (at == std::string::npos || std::find(k_figures.begin(), k_figures.end(), figure) == k_figures.end()) {
    return fail(usage_error(fmt::format("'{}' is no threshold", text), fmt::format("the figures are {}", fmt::join(k_figures, ", "))));
  }
  const std::string comparison = text.substr(at, text.substr(at + 1).starts_with('=') ? 2 : 1);
  return with_bound({.text = text, .figure = figure, .comparison = comparison}, std::string_view(text).substr(at + comparison.size()));
}

Verdict judge(const Threshold& threshold, const Record& record, nanoseconds elapsed)
{
  double actual = 0;
  if (threshold.figure == "rate") {
    actual = static_cast<double>(record.ended()) / std::max(1e-9, std::chrono::duration<double>(elapsed).count());
  } else if (is_time(threshold.figure)) {
    actual = time_figure(threshold.figure, record.latencies_ms());
  } else {
    actual = static_cast<double>(threshold.figure == "errors" ? record.errors() : record.late());
    actual /= threshold.is_share ? static_cast<double>(std::max<std::size_t>(1, record.started())) : 1;
  }
  // A test in which nothing ended has met no bound.
  return {.actual = actual, .ok = record.ended() > 0 && holds(actual, threshold.comparison, threshold.bound)};
}

std::string figure_text(const Threshold& threshold, double value)
{
  return threshold.is_share          ? fmt::format("{:.2f}%", value * 100)
         : is_time(threshold.figure) ? fmt::format("{:.1f}ms", value)
                                     : fmt::format("{:g}", value);
}

}  // namespace davit::commands::workflow::load
