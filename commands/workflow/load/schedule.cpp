// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/load/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "aws/core/time.hpp"

namespace davit::commands::workflow::load {
namespace {

using std::chrono::milliseconds;

constexpr double k_highest_rate = 10'000;
constexpr double k_most_requests = 10'000'000;

double seconds(milliseconds duration)
{
  return std::chrono::duration<double>(duration).count();
}

double requests_of(const Stage& stage)
{
  return seconds(stage.duration) * (stage.from_rate + stage.to_rate) / 2;
}

/// The time within the stage at which so many requests were due: the root of from*t + (to - from)/(2*duration)*t^2 = requests.
double time_of(const Stage& stage, double requests)
{
  const double growth = (stage.to_rate - stage.from_rate) / seconds(stage.duration);
  if (std::abs(growth) < 1e-9) {
    return requests / stage.from_rate;
  }
  const double root = std::sqrt(std::max(0.0, stage.from_rate * stage.from_rate + 2 * growth * requests));
  return (root - stage.from_rate) / growth;
}

std::string stage_text(const Stage& stage)
{
  return stage.from_rate == stage.to_rate
             ? fmt::format("{:g} s at {:g} a second", seconds(stage.duration), stage.to_rate)
             : fmt::format("{:g} s from {:g} to {:g} a second", seconds(stage.duration), stage.from_rate, stage.to_rate);
}

Result<double> parse_rate(std::string_view text)
{
  double rate = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{} || end != text.data() + text.size() || rate < 0 || rate > k_highest_rate) {
    return fail(usage_error(fmt::format("'{}' is no rate", text), "write requests a second, 0 to 10000"));
  }
  return rate;
}

Result<milliseconds> parse_stretch(std::string_view text)
{
  DAVIT_TRY_ASSIGN(const milliseconds duration, parse_duration(text));
  return duration > milliseconds{0} ? Result<milliseconds>(duration) : fail(usage_error(fmt::format("'{}' is no time", text)));
}

Result<std::vector<Stage>> parse_stages(const std::string& text, double first_rate)
{
  std::vector<Stage> out;
  std::string_view rest = text;
  for (double rate = first_rate; !rest.empty(); rate = out.back().to_rate) {
    const std::string_view word = rest.substr(0, rest.find(','));
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) {
      return fail(usage_error(fmt::format("'{}' is no stage", word), "write DURATION:RATE, such as 10s:5,30s:50"));
    }
    DAVIT_TRY_ASSIGN(const milliseconds duration, parse_stretch(word.substr(0, colon)));
    DAVIT_TRY_ASSIGN(const double target, parse_rate(word.substr(colon + 1)));
    out.push_back({.duration = duration, .from_rate = rate, .to_rate = target});
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return out;
}

}  // namespace

Schedule::Schedule(std::vector<Stage> stages) : m_stages(std::move(stages))
{
  double requests = 0;
  for (const auto& stage : m_stages) {
    m_requests_before.push_back(requests);
    requests += requests_of(stage);
  }
  // The last one is due before the end: ten a second for a second are ten, at 0 to 900 ms.
  m_count = static_cast<std::size_t>(std::ceil(requests - 1e-6));
}

milliseconds Schedule::duration() const
{
  return std::accumulate(m_stages.begin(), m_stages.end(), milliseconds{0},
                         [](milliseconds sum, const Stage& stage) { return sum + stage.duration; });
}

std::chrono::nanoseconds Schedule::due(std::size_t index) const
{
  const auto requests = static_cast<double>(index);
  const auto behind = std::upper_bound(m_requests_before.begin(), m_requests_before.end(), requests);
  // A stage without requests begins where the next one does; of two that begin alike the later one holds the request.
  const auto stage = static_cast<std::size_t>(behind - m_requests_before.begin()) - 1;
  milliseconds begin{0};
  for (std::size_t i = 0; i < stage; ++i) {
    begin += m_stages[i].duration;
  }
  const std::chrono::duration<double> within{time_of(m_stages[stage], requests - m_requests_before[stage])};
  return begin + std::chrono::duration_cast<std::chrono::nanoseconds>(within);
}

std::string Schedule::text() const
{
  std::string out;
  for (const auto& stage : m_stages) {
    out += (out.empty() ? "" : ", then ") + stage_text(stage);
  }
  return out;
}

Result<Schedule> parse_schedule(const ScheduleFlags& flags)
{
  if (!flags.stages.empty() && !flags.duration.empty()) {
    return fail(usage_error("--stages and --duration exclude each other", "each stage has a duration of its own"));
  }
  std::vector<Stage> stages;
  if (flags.stages.empty()) {
    const double rate = flags.rate > 0 ? flags.rate : 10;
    DAVIT_TRY_ASSIGN(const milliseconds duration, parse_stretch(flags.duration.empty() ? "30s" : flags.duration));
    stages = {{.duration = duration, .from_rate = rate, .to_rate = rate}};
  } else {
    DAVIT_TRY_ASSIGN(stages, parse_stages(flags.stages, flags.rate));
  }
  const double requests =
      std::accumulate(stages.begin(), stages.end(), 0.0, [](double sum, const Stage& stage) { return sum + requests_of(stage); });
  if (requests <= 0 || requests > k_most_requests) {
    return fail(usage_error(fmt::format("these stages make {:g} requests", requests), "a test has 1 to 10,000,000"));
  }
  return Schedule(std::move(stages));
}

}  // namespace davit::commands::workflow::load
