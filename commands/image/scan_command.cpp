// SPDX-License-Identifier: Apache-2.0
// The command line of `davit image scan`; what it does is in scan.cpp.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <map>
#include <memory>

#include "aws/auth/session.hpp"
#include "aws/ecr/registry_host.hpp"
#include "aws/registry/reference.hpp"
#include "cli/choice.hpp"
#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "cli/term/progress.hpp"
#include "commands/image/push_target.hpp"
#include "commands/image/scan.hpp"

namespace davit::commands::image {
namespace {

cli::CommandDoc scan_doc()
{
  return {
      .summary = "Gate on what ECR's scan found in an image [API: DescribeImageScanFindings, StartImageScan]",
      .description =
          "TARGET is a reference in ECR, or :TAG or @DIGEST of image.repository of davit.yaml. Has the image scanned when it never was, waits for "
          "the end, and exits with 1 when a finding is as bad as --fail-on or worse. A scan that failed is an error, never a clean image. UNDEFINED "
          "and UNTRIAGED count as LOW.\n"
          "--allow names a YAML list of `id`, `reason`, `expires` (the last day on which the entry holds) and, if wanted, `package`. An entry that has "
          "ended lets nothing pass any more.",
      .examples = {{"davit image scan --env dev", "The image of the environment; HIGH and CRITICAL fail"},
                   {"davit image scan :v1.2.0 --fail-on CRITICAL --allow scan-allow.yaml --env prod",
                    "One version, with exceptions that end"},
                   {"davit image scan --env dev -o json", "All findings, for a script"}},
      .changes = cli::Changes::something};
}

struct ScanFlags {
  std::string target;
  std::string fail_on = "HIGH";
  std::filesystem::path allow;
  std::string timeout = "5m";
  cli::ChangeFlags change;
};

std::string name_of(JudgedFinding::Verdict verdict)
{
  switch (verdict) {
    case JudgedFinding::Verdict::blocks:
      return "blocks";
    case JudgedFinding::Verdict::passes:
      return "passes";
    case JudgedFinding::Verdict::allowed:
      return "allowed";
    case JudgedFinding::Verdict::expired:
      return "expired";
  }
  return {};
}

OrderedJson to_json(const Allowance& allowance)
{
  return {{"id", allowance.id}, {"package", allowance.package}, {"reason", allowance.reason}, {"expires", allowance.expires}};
}

OrderedJson to_json(const JudgedFinding& judged)
{
  return {{"id", judged.finding.id},
          {"severity", judged.finding.severity},
          {"package", judged.finding.package},
          {"version", judged.finding.version},
          {"uri", judged.finding.uri},
          {"description", judged.finding.description},
          {"verdict", name_of(judged.verdict)},
          {"allowance", judged.allowance ? to_json(*judged.allowance) : OrderedJson()}};
}

cli::Document document_of(const ScanResponse& response, const ScanRequest& request, const ScanFlags& flags)
{
  OrderedJson findings = OrderedJson::array();
  OrderedJson unused = OrderedJson::array();
  std::map<std::string, int> counts;
  cli::Table table{.header = {"ID", "SEVERITY", "PACKAGE", "VERDICT", "REASON"}, .rows = {}};
  for (const auto& judged : response.findings) {
    findings.push_back(to_json(judged));
    ++counts[judged.finding.severity];
    const std::string reason = judged.allowance ? fmt::format("{} (until {})", judged.allowance->reason, judged.allowance->expires) : "";
    table.rows.push_back({judged.finding.id, judged.finding.severity,
                          judged.finding.package + (judged.finding.version.empty() ? "" : " " + judged.finding.version),
                          name_of(judged.verdict), reason});
  }
  for (const auto& allowance : response.unused) {
    unused.push_back(to_json(allowance));
  }
  return {.data = {{"repository", request.repository},
                   {"version", request.version},
                   {"digest", response.scan.digest},
                   {"status", response.scan.status},
                   {"completedAt", response.scan.completed ? OrderedJson(to_rfc3339(*response.scan.completed)) : OrderedJson()},
                   {"failOn", flags.fail_on},
                   {"counts", counts},
                   {"blocking", response.blocking()},
                   {"findings", findings},
                   {"unusedAllowances", unused}},
          .table = table,
          .list_member = "findings"};
}

/// Repository, version and registry of the target. A host must be ECR's: no other registry scans by this API.
Result<ScanRequest> request_of(cli::Context& context, const ScanFlags& flags, std::string& host)
{
  ScanRequest request{.fail_on = severity_of(flags.fail_on)};
  const bool is_own = flags.target.empty() || flags.target.starts_with(':') || flags.target.starts_with('@');
  if (is_own) {
    DAVIT_TRY_ASSIGN(request.repository, project_repository(context));
    request.version = flags.target.empty() ? usual_tag(context) : flags.target.substr(1);
  } else {
    DAVIT_TRY_ASSIGN(const auto reference, aws::registry::parse_reference(flags.target));
    host = reference.host;
    request.repository = reference.repository;
    request.version = reference.version();
    if (!aws::ecr::registry_of_host(host)) {
      return fail(usage_error(fmt::format("{} is not ECR, whose scans this command reads", host),
                              "name an image as ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG, or :TAG of the project's repository"));
    }
  }
  if (!aws::registry::is_tag(request.version) && !aws::registry::is_digest(request.version)) {
    return fail(usage_error(fmt::format("'{}' is neither a tag nor a sha256 digest", request.version)));
  }
  DAVIT_TRY_ASSIGN(request.timeout, parse_duration(flags.timeout));
  if (!flags.allow.empty()) {
    DAVIT_TRY_ASSIGN(request.allowances, read_allow_list(flags.allow));
  }
  return request;
}

Result<aws::ecr::Client> client_of(cli::Context& context, const std::string& host)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  const auto named = aws::ecr::registry_of_host(host);
  return named ? aws::ecr::Client::in_region(*session, named->region) : Result<aws::ecr::Client>(aws::ecr::Client(*session));
}

Result<cli::Outcome> dry_run(aws::ecr::Client& ecr, const ScanRequest& request)
{
  using Kind = cli::PlanStep::Kind;
  const std::string target = fmt::format("scan of {}:{}", request.repository, request.version);
  DAVIT_TRY_ASSIGN(const auto found, ecr.find_scan(request.repository, request.version));
  const cli::PlanStep step = found ? cli::PlanStep{Kind::skip, target, "there is one: " + found->status}
                                   : cli::PlanStep{Kind::run, target, "start it and wait for its end"};
  return cli::Outcome{.document = cli::dry_run_document({.steps = {step}})};
}

std::optional<Error> failure_of(const ScanResponse& response, const ScanRequest& request, const ScanFlags& flags)
{
  const std::size_t blocking = response.blocking();
  if (blocking == 0) {
    return std::nullopt;
  }
  return failed_error(fmt::format("{}:{} has {} finding{} of severity {} or worse", request.repository, request.version, blocking,
                                  blocking == 1 ? "" : "s", flags.fail_on),
                      "update the base and the packages (davit image build, davit image push), or let one pass for a time: --allow FILE");
}

Result<cli::Outcome> run(cli::Context& context, const ScanFlags& flags)
{
  std::string host;
  DAVIT_TRY_ASSIGN(ScanRequest request, request_of(context, flags, host));
  DAVIT_TRY_ASSIGN(auto ecr, client_of(context, host));
  if (flags.change.dry_run) {
    return dry_run(ecr, request);
  }
  using Show = cli::Progress::Show;
  cli::Progress progress(context.streams(), context.globals().quiet ? Show::never : Show::on_terminal);
  request.progress = [&progress](std::string_view line) { progress.update(line); };
  const auto response = scan(ecr, request);
  progress.clear();
  if (!response) {
    return fail(response.error());
  }
  return cli::Outcome{.document = document_of(*response, request, flags), .failure = failure_of(*response, request, flags)};
}

}  // namespace

void add_scan(CLI::App& group, cli::Registry& registry)
{
  CLI::App& command = registry.add(group, "scan", scan_doc());
  const auto flags = std::make_shared<ScanFlags>();
  command.add_option("target", flags->target, "Image in ECR, or :TAG or @DIGEST of the project's repository")->type_name("TARGET");
  command.add_option("--fail-on", flags->fail_on, "Least severity that fails: CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL or NONE")
      ->type_name("SEVERITY")
      ->check(cli::one_of({"CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "NONE"}));
  command.add_option("--allow", flags->allow, "YAML list of findings that may pass, each with its reason and its last day")
      ->type_name("FILE");
  command.add_option("--timeout", flags->timeout, "How long to wait for the scan")->type_name("DURATION");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::image
