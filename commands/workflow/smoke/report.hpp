// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "cli/output/document.hpp"
#include "commands/workflow/smoke/parity.hpp"
#include "commands/workflow/smoke/runner.hpp"

namespace davit::commands::workflow::smoke {

/// How many steps came out how.
struct Counts {
  int passed = 0;
  int failed = 0;
  int errors = 0;
  int skipped = 0;
};

Counts count(std::span<const SuiteResult> suites);

/// The time of all steps of a suite.
int duration_of(const SuiteResult& suite);

/// Why a step did not pass, on one line; empty when it did.
std::string why(const StepResult& step);

/// A value on one line, at most so many bytes of it.
std::string short_text(const OrderedJson& value, std::size_t longest = 120);

/// The JSON report, the same as what `-o json` prints.
OrderedJson json_report(std::span<const SuiteResult> suites, const std::optional<Parity>& parity = std::nullopt);

/// A row a step, with what was expected and what came of a step that did not pass.
cli::Table table_report(std::span<const SuiteResult> suites);

/// JUnit XML as GitLab reads it (https://docs.gitlab.com/ci/testing/unit_test_reports/): one testcase a step, the suite's name as its class
/// name, no name twice in a class, because GitLab drops the second.
std::string junit_report(std::span<const SuiteResult> suites, const std::optional<Parity>& parity = std::nullopt);

/// Links for the page of a GitLab job (https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsannotations): the targets that
/// have a URL, and the line of every step that did not pass, in the repository of the job.
std::string gitlab_report(std::span<const SuiteResult> suites);

/// One HTML page without scripts or outside resources.
std::string html_report(std::span<const SuiteResult> suites, const std::optional<Parity>& parity = std::nullopt);

}  // namespace davit::commands::workflow::smoke
