// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/report.hpp"

#include <fmt/format.h>

#include "aws/core/time.hpp"

namespace davit::commands::workflow::smoke {
namespace {

OrderedJson to_json(const CheckResult& check)
{
  return {{"check", check.check}, {"expected", check.expected}, {"actual", check.actual}, {"ok", check.ok}};
}

OrderedJson to_json(const StepResult& step)
{
  OrderedJson checks = OrderedJson::array();
  for (const auto& check : step.checks) {
    checks.push_back(to_json(check));
  }
  return {{"name", step.name},
          {"phase", step.phase},
          {"line", step.line},
          {"status", name_of(step.status)},
          {"durationMs", step.duration_ms},
          {"attempts", step.attempts},
          {"checks", checks},
          {"message", step.message.empty() ? OrderedJson() : OrderedJson(step.message)}};
}

OrderedJson to_json(const SuiteResult& suite)
{
  OrderedJson steps = OrderedJson::array();
  for (const auto& step : suite.steps) {
    steps.push_back(to_json(step));
  }
  return {{"name", suite.name},
          {"file", suite.file},
          {"target", suite.target},
          {"startedAt", to_rfc3339(suite.started)},
          {"durationMs", duration_of(suite)},
          {"passed", suite.passed()},
          {"steps", steps}};
}

}  // namespace

std::string short_text(const OrderedJson& value, std::size_t longest)
{
  std::string text = value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  if (text.size() <= longest) {
    return text;
  }
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0U) == 0x80U) {
    --longest;
  }
  return text.substr(0, longest) + "...";
}

std::string why(const StepResult& step)
{
  if (!step.message.empty() && step.status != StepStatus::failed) {
    return step.message;
  }
  std::string out;
  for (const auto& check : step.checks) {
    if (!check.ok) {
      out += fmt::format("{}{}: expected {}, got {}", out.empty() ? "" : "; ", check.check, short_text(check.expected),
                         short_text(check.actual));
    }
  }
  return step.message.empty() ? out : out + "; " + step.message;
}

int duration_of(const SuiteResult& suite)
{
  int total = 0;
  for (const auto& step : suite.steps) {
    total += step.duration_ms;
  }
  return total;
}

Counts count(std::span<const SuiteResult> suites)
{
  Counts counts;
  for (const auto& suite : suites) {
    for (const auto& step : suite.steps) {
      counts.passed += step.status == StepStatus::passed;
      counts.failed += step.status == StepStatus::failed;
      counts.errors += step.status == StepStatus::error;
      counts.skipped += step.status == StepStatus::skipped;
    }
  }
  return counts;
}

OrderedJson json_report(std::span<const SuiteResult> suites, const std::optional<Parity>& parity)
{
  OrderedJson list = OrderedJson::array();
  for (const auto& suite : suites) {
    list.push_back(to_json(suite));
  }
  const Counts counts = count(suites);
  OrderedJson out{
      {"suites", list}, {"passed", counts.passed}, {"failed", counts.failed}, {"errors", counts.errors}, {"skipped", counts.skipped}};
  if (parity) {
    out["parity"] = to_json(*parity);
  }
  return out;
}

cli::Table table_report(std::span<const SuiteResult> suites)
{
  cli::Table table{.header = {"STATUS", "SUITE", "STEP", "MS", "WHY"}, .rows = {}};
  for (const auto& suite : suites) {
    for (const auto& step : suite.steps) {
      table.rows.push_back({name_of(step.status), suite.name, step.name, std::to_string(step.duration_ms), why(step)});
    }
  }
  return table;
}

}  // namespace davit::commands::workflow::smoke
