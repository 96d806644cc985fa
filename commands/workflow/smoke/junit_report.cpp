// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "aws/core/time.hpp"
#include "commands/workflow/smoke/markup.hpp"
#include "commands/workflow/smoke/report.hpp"

namespace davit::commands::workflow::smoke {
namespace {

/// Class names and names that are taken.
using Taken = std::set<std::pair<std::string, std::string>>;

std::string seconds(int milliseconds)
{
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

/// Below the working directory relative to it, which in a CI job is the repository: GitLab makes a link of it.
std::string shown_file(const std::string& file)
{
  std::error_code error;
  const auto relative = std::filesystem::proximate(file, error).lexically_normal();
  return error || relative.empty() || *relative.begin() == ".." ? file : relative.string();
}

/// A line a check, for those who read the report.
std::string details(const StepResult& step)
{
  constexpr std::size_t k_longest = 2000;
  std::string out = step.message.empty() ? "" : step.message + "\n";
  for (const auto& check : step.checks) {
    out += fmt::format("{} {}: expected {}, got {}\n", check.ok ? "ok    " : "not ok", check.check, short_text(check.expected, k_longest),
                       short_text(check.actual, k_longest));
  }
  return out + (step.attempts > 1 ? fmt::format("{} attempts\n", step.attempts) : "");
}

std::string outcome(const StepResult& step)
{
  const std::string message = escape_attribute(why(step));
  switch (step.status) {
    case StepStatus::passed:
      return "";
    case StepStatus::failed:
      return fmt::format("<failure type=\"check\" message=\"{}\">{}</failure>", message, escape_text(details(step)));
    case StepStatus::error:
      return fmt::format("<error type=\"call\" message=\"{}\">{}</error>", message, escape_text(details(step)));
    case StepStatus::skipped:
      return fmt::format("<skipped message=\"{}\"/>", message);
  }
  return {};
}

std::string unused_name(const std::string& suite, const std::string& step, Taken& taken)
{
  std::string name = step;
  for (int number = 2; !taken.emplace(suite, name).second; ++number) {
    name = fmt::format("{} ({})", step, number);
  }
  return name;
}

std::string testcase(const SuiteResult& suite, const StepResult& step, Taken& taken)
{
  return fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"{}\">{}</testcase>\n", escape_attribute(suite.name),
                     escape_attribute(unused_name(suite.name, step.name, taken)), escape_attribute(shown_file(suite.file)),
                     seconds(step.duration_ms), outcome(step));
}

std::string totals(std::span<const SuiteResult> suites, const std::optional<Parity>& parity = std::nullopt)
{
  Counts counts = count(suites);
  if (parity) {
    counts.failed += static_cast<int>(parity->differences.size());
    counts.passed += parity->differences.empty() ? 1 : 0;
  }
  int duration = 0;
  for (const auto& suite : suites) {
    duration += duration_of(suite);
  }
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
                     counts.passed + counts.failed + counts.errors + counts.skipped, counts.failed, counts.errors, counts.skipped,
                     seconds(duration));
}

std::string testsuite(const SuiteResult& suite, Taken& taken)
{
  const std::string time = to_rfc3339(std::chrono::floor<std::chrono::seconds>(suite.started));
  // The schema of JUnit's reports has times without a zone.
  std::string out = fmt::format("  <testsuite name=\"{}\" {} timestamp=\"{}\">\n", escape_attribute(suite.name),
                                totals(std::span(&suite, 1)), time.substr(0, time.size() - 1));
  out += fmt::format("    <properties><property name=\"target\" value=\"{}\"/></properties>\n", escape_attribute(suite.target));
  for (const auto& step : suite.steps) {
    out += testcase(suite, step, taken);
  }
  return out + "  </testsuite>\n";
}

/// A test case for each place, so that GitLab tells which differences are new; one that passed when there is none.
std::string parity_suite(const Parity& parity, Taken& taken)
{
  const std::string name = "parity with " + parity.target;
  const std::size_t count = parity.differences.size();
  std::string out = fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n", escape_attribute(name),
                                std::max<std::size_t>(count, 1), count);
  const auto add = [&](const std::string& place, const std::string& inside) {
    out += fmt::format("    <testcase classname=\"{}\" name=\"{}\">{}</testcase>\n", escape_attribute(name),
                       escape_attribute(unused_name(name, place, taken)), inside);
  };
  for (const auto& difference : parity.differences) {
    const std::string what = fmt::format("{} and {}", short_text(difference.first), short_text(difference.second));
    add(fmt::format("{}: {}: {}", difference.suite, difference.step, difference.where),
        fmt::format("<failure type=\"difference\" message=\"{}\"/>", escape_attribute(what)));
  }
  if (count == 0) {
    add("no difference", "");
  }
  return out + "  </testsuite>\n";
}

}  // namespace

std::string junit_report(std::span<const SuiteResult> suites, const std::optional<Parity>& parity)
{
  std::string out =
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"davit smoke\" {}>\n", totals(suites, parity));
  Taken taken;
  for (const auto& suite : suites) {
    out += testsuite(suite, taken);
  }
  if (parity) {
    out += parity_suite(*parity, taken);
  }
  return out + "</testsuites>\n";
}

}  // namespace davit::commands::workflow::smoke
