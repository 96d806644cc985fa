// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "cli/output/document.hpp"
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

/// The JSON report, the same as what `-o json` prints.
OrderedJson json_report(std::span<const SuiteResult> suites);

/// A row a step, and below a step that did not pass what was expected and what came.
cli::Table table_report(std::span<const SuiteResult> suites);

/// Why a step did not pass, on one line.
std::string why(const StepResult& step);

/// JUnit XML as GitLab reads it: one testcase a step, the suite's name as its class name.
std::string junit_report(std::span<const SuiteResult> suites);

/// One HTML page without scripts or outside resources.
std::string html_report(std::span<const SuiteResult> suites);

}  // namespace davit::commands::workflow::smoke
