// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/report_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "commands/workflow/smoke/report.hpp"

namespace davit::commands::workflow::smoke {

Result<std::vector<ReportFile>> parse_report_files(const std::vector<std::string>& texts)
{
  std::vector<ReportFile> out;
  for (const auto& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string kind = text.substr(0, equals);
    const std::string path = equals == std::string::npos ? "" : text.substr(equals + 1);
    if (path.empty() || (kind != "junit" && kind != "json" && kind != "html")) {
      return fail(usage_error(fmt::format("'{}' is no report", text), "write junit=FILE, json=FILE or html=FILE"));
    }
    out.push_back({.kind = kind == "junit"  ? ReportFile::Kind::junit
                           : kind == "json" ? ReportFile::Kind::json
                                            : ReportFile::Kind::html,
                   .path = path});
  }
  return out;
}

Status write_report(const ReportFile& report, std::span<const SuiteResult> suites)
{
  switch (report.kind) {
    case ReportFile::Kind::junit:
      return write_file(report.path, junit_report(suites));
    case ReportFile::Kind::json:
      return write_file(report.path, dump_pretty(json_report(suites)) + "\n");
    case ReportFile::Kind::html:
      return write_file(report.path, html_report(suites));
  }
  return {};
}

}  // namespace davit::commands::workflow::smoke
