// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "commands/workflow/smoke/runner.hpp"

namespace davit::commands::workflow::smoke {

/// One report to write.
struct ReportFile {
  enum class Kind { junit, json, html };
  Kind kind = Kind::junit;
  std::filesystem::path path;
};

/// "junit=FILE" and its like. Usage error for another kind or a missing file name.
Result<std::vector<ReportFile>> parse_report_files(const std::vector<std::string>& texts);

Status write_report(const ReportFile& report, std::span<const SuiteResult> suites);

}  // namespace davit::commands::workflow::smoke
