// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/report_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "commands/workflow/smoke/report.hpp"

namespace davit::commands::workflow::smoke {
namespace {

namespace fs = std::filesystem;

std::optional<ReportFile::Kind> kind_named(std::string_view name)
{
  constexpr std::pair<std::string_view, ReportFile::Kind> k_kinds[] = {{"junit", ReportFile::Kind::junit},
                                                                       {"json", ReportFile::Kind::json},
                                                                       {"html", ReportFile::Kind::html},
                                                                       {"gitlab", ReportFile::Kind::gitlab}};
  const auto* const found = std::find_if(std::begin(k_kinds), std::end(k_kinds), [&](const auto& kind) { return kind.first == name; });
  return found == std::end(k_kinds) ? std::nullopt : std::optional(found->second);
}

/// A report is renamed into place, so what counts is its folder.
Status check_writable(const fs::path& path)
{
  const fs::path folder = fs::absolute(path).parent_path();
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    return fail(usage_error(fmt::format("cannot write the report {}: there is no folder {}", path.string(), folder.string())));
  }
  if (fs::is_directory(path, ignored)) {
    return fail(usage_error(fmt::format("cannot write the report {}: it is a folder", path.string())));
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return fail(usage_error(fmt::format("cannot write the report {}: {} is not writable", path.string(), folder.string())));
  }
  return {};
}

Result<ReportFile> parse_report_file(const std::string& text)
{
  const std::size_t equals = text.find('=');
  const auto kind = kind_named(text.substr(0, equals));
  const std::string path = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (!kind || path.empty()) {
    return fail(usage_error(fmt::format("'{}' is no report", text), "write junit=FILE, json=FILE, html=FILE or gitlab=FILE"));
  }
  DAVIT_TRY(check_writable(path));
  return ReportFile{.kind = *kind, .path = path};
}

std::string content_of(ReportFile::Kind kind, std::span<const SuiteResult> suites, const std::optional<Parity>& parity)
{
  switch (kind) {
    case ReportFile::Kind::junit:
      return junit_report(suites, parity);
    case ReportFile::Kind::json:
      return dump_pretty(json_report(suites, parity)) + "\n";
    case ReportFile::Kind::html:
      return html_report(suites, parity);
    case ReportFile::Kind::gitlab:
      return gitlab_report(suites);
  }
  return {};
}

}  // namespace

Result<std::vector<ReportFile>> parse_report_files(const std::vector<std::string>& texts)
{
  std::vector<ReportFile> out;
  for (const auto& text : texts) {
    DAVIT_TRY_ASSIGN(ReportFile report, parse_report_file(text));
    const fs::path place = fs::absolute(report.path).lexically_normal();
    const auto is_same = [&](const ReportFile& other) { return fs::absolute(other.path).lexically_normal() == place; };
    if (std::any_of(out.begin(), out.end(), is_same)) {
      return fail(usage_error(fmt::format("two reports cannot go to one file: {}", report.path.string())));
    }
    out.push_back(std::move(report));
  }
  return out;
}

Status write_reports(const std::vector<ReportFile>& reports, std::span<const SuiteResult> suites, const std::optional<Parity>& parity)
{
  Status all;
  for (const auto& report : reports) {
    auto written = write_file(report.path, content_of(report.kind, suites, parity));
    if (!written && all) {
      all = fail(std::move(written).error().wrap("the suites ran, but a report is missing"));
    }
  }
  return all;
}

}  // namespace davit::commands::workflow::smoke
