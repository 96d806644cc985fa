// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace davit::commands::workflow::smoke {
namespace {

std::string short_text(const OrderedJson& value)
{
  constexpr std::size_t k_longest = 120;
  std::string text = value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return text.size() <= k_longest ? text : text.substr(0, k_longest) + "...";
}

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
          {"status", name_of(step.status)},
          {"durationMs", step.duration_ms},
          {"attempts", step.attempts},
          {"checks", checks},
          {"message", step.message.empty() ? OrderedJson() : OrderedJson(step.message)}};
}

std::string escape_xml(std::string_view text)
{
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 knows no control characters but these three.
        out += byte < 0x20 && c != '\t' && c != '\n' && c != '\r' ? '?' : c;
    }
  }
  return out;
}

std::string seconds(int milliseconds)
{
  return fmt::format("{:.3f}", milliseconds / 1000.0);
}

std::string junit_outcome(const StepResult& step)
{
  const std::string message = escape_xml(why(step));
  switch (step.status) {
    case StepStatus::passed:
      return "";
    case StepStatus::failed:
      return fmt::format("<failure message=\"{0}\">{0}</failure>", message);
    case StepStatus::error:
      return fmt::format("<error message=\"{0}\">{0}</error>", message);
    case StepStatus::skipped:
      return fmt::format("<skipped message=\"{}\"/>", message);
  }
  return {};
}

int duration_of(const SuiteResult& suite)
{
  int total = 0;
  for (const auto& step : suite.steps) {
    total += step.duration_ms;
  }
  return total;
}

std::string html_row(const StepResult& step)
{
  return fmt::format(
      "<tr class=\"{0}\"><td>{0}</td><td>{1}</td><td>{2}</td><td class=\"n\">{3} ms</td><td class=\"n\">{4}</td><td>{5}</td></tr>\n",
      name_of(step.status), escape_xml(step.phase), escape_xml(step.name), step.duration_ms, step.attempts,
      step.status == StepStatus::passed ? "" : escape_xml(why(step)));
}

constexpr const char* k_style =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2330}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #dde2ea;vertical-align:top}"
    ".n{text-align:right;white-space:nowrap}.passed td:first-child{color:#17803d}.failed td:first-child,.error td:first-child{color:#c01c28;"
    "font-weight:600}.skipped td:first-child{color:#8a6d00}";

}  // namespace

std::string why(const StepResult& step)
{
  if (!step.message.empty()) {
    return step.message;
  }
  std::string out;
  for (const auto& check : step.checks) {
    if (!check.ok) {
      out += fmt::format("{}{}: expected {}, got {}", out.empty() ? "" : "; ", check.check, short_text(check.expected),
                         short_text(check.actual));
    }
  }
  return out;
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

OrderedJson json_report(std::span<const SuiteResult> suites)
{
  OrderedJson list = OrderedJson::array();
  for (const auto& suite : suites) {
    OrderedJson steps = OrderedJson::array();
    for (const auto& step : suite.steps) {
      steps.push_back(to_json(step));
    }
    list.push_back({{"name", suite.name}, {"file", suite.file}, {"target", suite.target}, {"passed", suite.passed()}, {"steps", steps}});
  }
  const Counts counts = count(suites);
  return {{"suites", list}, {"passed", counts.passed}, {"failed", counts.failed}, {"errors", counts.errors}, {"skipped", counts.skipped}};
}

cli::Table table_report(std::span<const SuiteResult> suites)
{
  cli::Table table{.header = {"STATUS", "SUITE", "STEP", "MS", "WHY"}, .rows = {}};
  for (const auto& suite : suites) {
    for (const auto& step : suite.steps) {
      table.rows.push_back({name_of(step.status), suite.name, step.name, std::to_string(step.duration_ms),
                            step.status == StepStatus::passed ? "" : why(step)});
    }
  }
  return table;
}

std::string junit_report(std::span<const SuiteResult> suites)
{
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& suite : suites) {
    const Counts counts = count(std::span(&suite, 1));
    out +=
        fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">\n",
                    escape_xml(suite.name), suite.steps.size(), counts.failed, counts.errors, counts.skipped, seconds(duration_of(suite)));
    for (const auto& step : suite.steps) {
      out += fmt::format("    <testcase classname=\"{}\" name=\"{}: {}\" file=\"{}\" time=\"{}\">{}</testcase>\n", escape_xml(suite.name),
                         escape_xml(step.phase), escape_xml(step.name), escape_xml(suite.file), seconds(step.duration_ms),
                         junit_outcome(step));
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

std::string html_report(std::span<const SuiteResult> suites)
{
  const Counts counts = count(suites);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Smoke report</title><style>{}</style></head><body>\n"
      "<h1>Smoke report</h1>\n<p>{} passed, {} failed, {} errors, {} skipped</p>\n",
      k_style, counts.passed, counts.failed, counts.errors, counts.skipped);
  for (const auto& suite : suites) {
    out += fmt::format(
        "<h2>{}</h2>\n<p>{} against {}</p>\n<table><tr><th>Status</th><th>Phase</th><th>Step</th><th>Time</th><th>Attempts</th><th>Why</th></tr>\n",
        escape_xml(suite.name), escape_xml(suite.file), escape_xml(suite.target));
    for (const auto& step : suite.steps) {
      out += html_row(step);
    }
    out += "</table>\n";
  }
  return out + "</body></html>\n";
}

}  // namespace davit::commands::workflow::smoke
