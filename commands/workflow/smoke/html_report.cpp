// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/core/time.hpp"
#include "commands/workflow/smoke/markup.hpp"
#include "commands/workflow/smoke/report.hpp"

namespace davit::commands::workflow::smoke {
namespace {

constexpr std::size_t k_longest_value = 2000;

constexpr const char* k_style = R"(
:root{color-scheme:light dark;--line:#d8dee8;--soft:#5b6778;--good:#17803d;--bad:#c01c28;--dim:#8a6d00;--shade:#f4f6f9}
@media(prefers-color-scheme:dark){:root{--line:#39414d;--soft:#9aa5b5;--good:#57c27a;--bad:#ff7b7b;--dim:#d9b44a;--shade:#1f252d}}
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:.2rem}h2{margin:2rem 0 .2rem}p{margin:.2rem 0 .8rem;color:var(--soft)}
table{border-collapse:collapse;width:100%}th{font-weight:600;color:var(--soft)}
td,th{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap;width:5rem}.s{white-space:nowrap;font-weight:600;width:4rem}
.passed .s,.ok{color:var(--good)}.failed .s,.error .s,.not{color:var(--bad)}.skipped .s{color:var(--dim)}
.phase{color:var(--soft);font-size:.85em}.message{color:var(--bad)}.skipped .message{color:var(--dim)}
summary{cursor:pointer;color:var(--soft)}details table{margin:.4rem 0;font-size:.9em}details td,details th{padding:.2rem .5rem}
code{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap;background:var(--shade);padding:.05rem .3rem;border-radius:3px}
)";

std::string cell(const OrderedJson& value)
{
  return "<td><code>" + escape_text(short_text(value, k_longest_value)) + "</code></td>";
}

std::string check_row(const CheckResult& check)
{
  return fmt::format("<tr><td class=\"{}\">{}</td><td>{}</td>{}{}</tr>\n", check.ok ? "ok" : "not", check.ok ? "ok" : "not ok",
                     escape_text(check.check), cell(check.expected), cell(check.actual));
}

/// Open where something is not as expected.
std::string checks_table(const StepResult& step)
{
  if (step.checks.empty()) {
    return {};
  }
  std::string out =
      fmt::format("<details{}><summary>{} {}</summary>\n<table><tr><th></th><th>Check</th><th>Expected</th><th>Actual</th></tr>\n",
                  step.status == StepStatus::failed ? " open" : "", step.checks.size(), step.checks.size() == 1 ? "check" : "checks");
  for (const auto& check : step.checks) {
    out += check_row(check);
  }
  return out + "</table></details>";
}

std::string step_row(const StepResult& step)
{
  const std::string phase = step.phase == "step" ? "" : fmt::format(" <span class=\"phase\">{}</span>", escape_text(step.phase));
  const std::string message = step.message.empty() ? "" : fmt::format("<div class=\"message\">{}</div>", escape_text(step.message));
  return fmt::format(
      "<tr class=\"{0}\"><td class=\"s\">{0}</td><td>{1}{2}{3}{4}</td><td class=\"n\">{5}</td><td class=\"n\">{6} ms</td></tr>\n",
      name_of(step.status), escape_text(step.name), phase, message, checks_table(step), step.attempts, step.duration_ms);
}

std::string counts_text(std::span<const SuiteResult> suites)
{
  const Counts counts = count(suites);
  return fmt::format("{} passed, {} failed, {} errors, {} skipped", counts.passed, counts.failed, counts.errors, counts.skipped);
}

std::string suite_section(const SuiteResult& suite)
{
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n<p>{}; {} against {}, {}, {} ms</p>\n", escape_text(suite.name),
                                counts_text(std::span(&suite, 1)), escape_text(suite.file), escape_text(suite.target),
                                to_rfc3339(suite.started), duration_of(suite));
  out += "<table><tr><th>Status</th><th>Step</th><th class=\"n\">Attempts</th><th class=\"n\">Time</th></tr>\n";
  for (const auto& step : suite.steps) {
    out += step_row(step);
  }
  return out + "</table>\n</section>\n";
}

std::string parity_section(const Parity& parity)
{
  const std::size_t count = parity.differences.size();
  std::string out = fmt::format("<section>\n<h2>Parity with {}</h2>\n<p>{}</p>\n", escape_text(parity.target),
                                count == 0 ? "no difference" : fmt::format("{} {}", count, count == 1 ? "difference" : "differences"));
  if (count > 0) {
    out += "<table><tr><th>Suite</th><th>Step</th><th>Where</th><th>First target</th><th>Second target</th></tr>\n";
  }
  for (const auto& difference : parity.differences) {
    out += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"not\">{}</td>{}{}</tr>\n", escape_text(difference.suite),
                       escape_text(difference.step), escape_text(difference.where), cell(difference.first), cell(difference.second));
  }
  return out + (count > 0 ? "</table>\n" : "") + "</section>\n";
}

}  // namespace

std::string html_report(std::span<const SuiteResult> suites, const std::optional<Parity>& parity)
{
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<title>Smoke report</title><style>{}</style></head><body>\n<h1>Smoke report</h1>\n<p>{}</p>\n",
      k_style, counts_text(suites));
  out += parity ? parity_section(*parity) : "";
  for (const auto& suite : suites) {
    out += suite_section(suite);
  }
  return out + "</body></html>\n";
}

}  // namespace davit::commands::workflow::smoke
