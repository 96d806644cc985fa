// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/core/uri.hpp"
#include "commands/workflow/smoke/report.hpp"

namespace davit::commands::workflow::smoke {
namespace {

OrderedJson link(const std::string& label, const std::string& url)
{
  return {{"external_link", {{"label", label}, {"url", url}}}};
}

std::string job_variable(const char* name)
{
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The line of a step in the repository of the job, as GitLab shows it. Empty outside of a job, and for a file outside of its folder.
std::string url_of_line(const std::string& file, int line)
{
  const auto project = job_variable("CI_PROJECT_URL");
  const auto commit = job_variable("CI_COMMIT_SHA");
  const auto folder = job_variable("CI_PROJECT_DIR");
  if (project.empty() || commit.empty() || folder.empty()) {
    return {};
  }
  std::error_code failed;
  const std::string path = std::filesystem::proximate(file, folder, failed).lexically_normal().string();
  return failed || path.starts_with("..") ? "" : fmt::format("{}/-/blob/{}/{}#L{}", project, commit, percent_encode(path, "/"), line);
}

std::string summary_of(const SuiteResult& suite)
{
  const Counts counts = count(std::span(&suite, 1));
  return fmt::format("{} on {}: {} passed, {} failed, {} errors, {} skipped", suite.name, suite.target, counts.passed, counts.failed,
                     counts.errors, counts.skipped);
}

}  // namespace

std::string gitlab_report(std::span<const SuiteResult> suites)
{
  constexpr std::size_t k_longest_label = 200;
  OrderedJson links = OrderedJson::array();
  for (const auto& suite : suites) {
    if (suite.target.find("://") != std::string::npos) {
      links.push_back(link(summary_of(suite), suite.target));
    }
    for (const auto& step : suite.steps) {
      const bool is_wrong = step.status == StepStatus::failed || step.status == StepStatus::error;
      const std::string url = is_wrong ? url_of_line(suite.file, step.line) : "";
      if (!url.empty()) {
        links.push_back(link(fmt::format("{}: {}: {}", suite.name, step.name, why(step)).substr(0, k_longest_label), url));
      }
    }
  }
  return OrderedJson{{"smoke", std::move(links)}}.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace davit::commands::workflow::smoke
