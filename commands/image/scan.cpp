// SPDX-License-Identifier: Apache-2.0
#include "commands/image/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "aws/core/interrupt.hpp"

namespace davit::commands::image {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Verdict = JudgedFinding::Verdict;

bool is_over(const std::string& status)
{
  return status != "IN_PROGRESS" && status != "PENDING";
}

/// Of basic scans, and of continuous ones, which never end.
bool has_findings(const std::string& status)
{
  return status == "COMPLETE" || status == "ACTIVE";
}

JudgedFinding judge(const aws::ecr::Finding& finding, const ScanRequest& request)
{
  JudgedFinding out{.finding = finding};
  if (request.fail_on == Severity::none || severity_of(finding.severity) > request.fail_on) {
    return out;
  }
  out.verdict = Verdict::blocks;
  for (const auto& allowance : request.allowances) {
    if (!allowance.covers(finding.id, finding.package)) {
      continue;
    }
    out.allowance = allowance;
    out.verdict = request.now < allowance.ends ? Verdict::allowed : Verdict::expired;
    if (out.verdict == Verdict::allowed) {
      break;
    }
  }
  return out;
}

std::vector<Allowance> unused(const std::vector<aws::ecr::Finding>& findings, const ScanRequest& request)
{
  std::vector<Allowance> out;
  std::copy_if(request.allowances.begin(), request.allowances.end(), std::back_inserter(out), [&](const Allowance& allowance) {
    return std::none_of(findings.begin(), findings.end(), [&](const auto& each) { return allowance.covers(each.id, each.package); });
  });
  return out;
}

/// False when the user interrupted or the time is over.
bool nap(SteadyClock::time_point limit, std::chrono::milliseconds interval)
{
  constexpr std::chrono::milliseconds k_step{50};
  const auto until = std::min(SteadyClock::now() + interval, limit);
  while (SteadyClock::now() < until && interrupted() == 0) {
    std::this_thread::sleep_for(k_step);
  }
  return interrupted() == 0 && SteadyClock::now() < limit;
}

Status start(aws::ecr::Client& ecr, const ScanRequest& request)
{
  auto started = ecr.start_image_scan(request.repository, request.version);
  // Another may have been faster; then its findings come.
  const bool is_late = !started && started.error().service && started.error().service->code == "LimitExceededException";
  return started || is_late ? Status{} : fail(std::move(started).error());
}

Error not_over(const ScanRequest& request, const std::string& status)
{
  return {.kind = interrupted() != 0 ? ErrorKind::cancelled : ErrorKind::unavailable,
          .message = fmt::format("the scan of {}:{} is not over: {}", request.repository, request.version, status),
          .hint = "run the same command again, or wait longer: --timeout 15m"};
}

Result<aws::ecr::ScanResult> wait_for_scan(aws::ecr::Client& ecr, const ScanRequest& request, bool& started)
{
  const auto limit = SteadyClock::now() + request.timeout;
  while (true) {
    DAVIT_TRY_ASSIGN(auto found, ecr.find_scan(request.repository, request.version));
    if (found && is_over(found->status)) {
      return std::move(*found);
    }
    if (!found && !started) {
      DAVIT_TRY(start(ecr, request));
      started = true;
      continue;
    }
    const std::string status = found ? found->status : "not begun";
    if (request.progress) {
      request.progress(fmt::format("waiting for the scan of {}:{}: {}", request.repository, request.version, status));
    }
    if (!nap(limit, request.interval)) {
      return fail(not_over(request, status));
    }
  }
}

}  // namespace

Severity severity_of(std::string_view name)
{
  constexpr std::pair<std::string_view, Severity> k_names[] = {
      {"CRITICAL", Severity::critical},           {"HIGH", Severity::high}, {"MEDIUM", Severity::medium}, {"LOW", Severity::low},
      {"INFORMATIONAL", Severity::informational}, {"NONE", Severity::none}};
  const auto* const found = std::find_if(std::begin(k_names), std::end(k_names), [&](const auto& each) { return each.first == name; });
  return found == std::end(k_names) ? Severity::low : found->second;
}

std::size_t ScanResponse::blocking() const
{
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [](const JudgedFinding& each) {
    return each.verdict == Verdict::blocks || each.verdict == Verdict::expired;
  }));
}

std::vector<JudgedFinding> judge_findings(const std::vector<aws::ecr::Finding>& findings, const ScanRequest& request)
{
  std::vector<JudgedFinding> out;
  std::transform(findings.begin(), findings.end(), std::back_inserter(out), [&](const auto& finding) { return judge(finding, request); });
  std::stable_sort(out.begin(), out.end(), [](const JudgedFinding& a, const JudgedFinding& b) {
    return severity_of(a.finding.severity) < severity_of(b.finding.severity);
  });
  return out;
}

Result<ScanResponse> scan(aws::ecr::Client& ecr, const ScanRequest& request)
{
  const InterruptScope interrupt_scope;
  ScanResponse response;
  DAVIT_TRY_ASSIGN(response.scan, wait_for_scan(ecr, request, response.started));
  if (!has_findings(response.scan.status)) {
    return fail(failed_error(fmt::format("{}:{} was not scanned: {}{}{}", request.repository, request.version, response.scan.status,
                                         response.scan.description.empty() ? "" : ", ", response.scan.description),
                             "ECR's basic scans read Linux distributions alone; an image from scratch has none"));
  }
  response.findings = judge_findings(response.scan.findings, request);
  response.unused = unused(response.scan.findings, request);
  return response;
}

}  // namespace davit::commands::image
