// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "commands/workflow/smoke/parity.hpp"
#include "commands/workflow/smoke/runner.hpp"

namespace davit::commands::workflow::smoke {

/// One report to write.
struct ReportFile {
  enum class Kind { junit, json, html, gitlab };
  Kind kind = Kind::junit;
  std::filesystem::path path;
};

/// "junit=FILE" and its like. Usage error for another kind, a missing file name, one file for two reports, and a file that cannot be
/// written: a run whose report would be lost is not begun.
Result<std::vector<ReportFile>> parse_report_files(const std::vector<std::string>& texts);

/// Writes all of them, each at once and whole. Later ones are written although an earlier one cannot be; the first error is returned.
Status write_reports(const std::vector<ReportFile>& reports, std::span<const SuiteResult> suites, const std::optional<Parity>& parity);

}  // namespace davit::commands::workflow::smoke
