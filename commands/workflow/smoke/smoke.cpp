// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/smoke.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <set>

#include "aws/core/interrupt.hpp"
#include "cli/term/progress.hpp"
#include "commands/workflow/smoke/backend_target.hpp"
#include "commands/workflow/smoke/report.hpp"
#include "commands/workflow/smoke/report_file.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::smoke {
namespace {

struct Flags {
  SmokeRequest request;
  std::vector<std::string> reports;
};

cli::CommandDoc doc()
{
  return {
      .summary = "Run smoke suites against a target",
      .description =
          "A suite is a YAML file: `setup`, `steps` and `cleanup` are lists of steps, and clean-up always runs. A step is a `request` (METHOD /path, with "
          "`headers`, `json` or `body`, `token`), an `event` (a JSON file sent to the function) or an `item` (table, and get, put or delete). `expect` "
          "holds status, headers, json and payload (by JSON path), body, latency_ms, log and function_error; an expected value is a literal or operators: "
          "matches, contains, exists, type, length, min, max, any_of, not. `capture` keeps values for later steps as {{name}}; {{run}} is fresh each run. "
          "`retry: {times: 5, wait: 200ms}` tries again until it holds.\n"
          "The exit code is 1 when any step did not pass. Tokens and values that go by the name of a secret stand as *** in every report.",
      .examples = {{"davit smoke --env local", "The suites of davit.yaml, against the front door of the local AWS"},
                   {"davit smoke --env dev --target https://api.example.com smoke/health.yaml", "One suite, against a URL"},
                   {"davit smoke --env dev --target function:live --report junit=smoke.xml,html=smoke.html",
                    "Against an alias, with reports for CI"}}};
}

std::string default_target(const cli::Context& context)
{
  return context.globals().environment == "local" ? "local" : "function";
}

Result<std::vector<std::filesystem::path>> files_of(cli::Context& context, const SmokeRequest& request)
{
  if (!request.files.empty()) {
    return request.files;
  }
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project());
  return suites_of_project(*project);
}

Result<std::vector<Suite>> read_suites(const std::vector<std::filesystem::path>& files)
{
  std::vector<Suite> suites;
  std::optional<Error> problems;
  for (const auto& file : files) {
    auto suite = read_suite(file);
    if (suite) {
      suites.push_back(std::move(*suite));
    } else if (!problems) {
      problems = std::move(suite).error();
    } else {
      auto& more = suite.error().diagnostics;
      problems->diagnostics.insert(problems->diagnostics.end(), more.begin(), more.end());
    }
  }
  return problems ? fail(std::move(*problems)) : Result<std::vector<Suite>>(std::move(suites));
}

Result<cli::Outcome> run(cli::Context& context, const Flags& flags)
{
  DAVIT_TRY_ASSIGN(const auto reports, parse_report_files(flags.reports));
  DAVIT_TRY_ASSIGN(const SmokeResponse response, smoke(context, flags.request));
  for (const auto& report : reports) {
    DAVIT_TRY(write_report(report, response.suites));
  }
  return cli::Outcome{.document = document_of(response), .failure = smoke_failure(response)};
}

}  // namespace

bool SmokeResponse::passed() const
{
  return std::all_of(suites.begin(), suites.end(), [](const SuiteResult& suite) { return suite.passed(); });
}

Result<std::vector<std::filesystem::path>> suites_of_project(const cli::config::Project& project)
{
  std::set<std::filesystem::path> files;
  for (const auto& pattern : project.smoke) {
    glob_t found{};
    const int status = ::glob((project.directory / pattern).c_str(), 0, nullptr, &found);
    for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i) {
      files.insert(found.gl_pathv[i]);
    }
    ::globfree(&found);
    if (status != 0) {
      return fail(
          usage_error(fmt::format("no smoke suite matches '{}'", pattern), "write one, or take the pattern out of `smoke` in davit.yaml"));
    }
  }
  return std::vector<std::filesystem::path>(files.begin(), files.end());
}

Result<SmokeResponse> smoke(cli::Context& context, const SmokeRequest& request)
{
  DAVIT_TRY_ASSIGN(const auto files, files_of(context, request));
  if (files.empty()) {
    return fail(usage_error("there is no smoke suite to run", "name files, or list them under `smoke` in davit.yaml"));
  }
  DAVIT_TRY_ASSIGN(const std::vector<Suite> suites, read_suites(files));
  DAVIT_TRY_ASSIGN(Destination destination, find_destination(context, request.target.empty() ? default_target(context) : request.target));
  BackendTarget target{context, std::move(destination)};
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const InterruptScope interruptible;
  SmokeResponse response;
  for (const auto& suite : suites) {
    response.suites.push_back(run_suite(suite, target, request.token, [&](const Suite& of, const StepResult& step) {
      progress.update(fmt::format("smoke: {}: {} {}", of.name, step.name, name_of(step.status)));
    }));
  }
  return response;
}

std::optional<Error> smoke_failure(const SmokeResponse& response)
{
  if (interrupted() != 0) {
    return Error{.kind = ErrorKind::cancelled, .message = "interrupted; the clean-up of what had begun was run"};
  }
  if (response.passed()) {
    return std::nullopt;
  }
  const Counts counts = count(response.suites);
  Error error = failed_error(fmt::format("smoke: {} of {} steps did not pass", counts.failed + counts.errors + counts.skipped,
                                         counts.passed + counts.failed + counts.errors + counts.skipped));
  for (const auto& suite : response.suites) {
    for (const auto& step : suite.steps) {
      if (step.status == StepStatus::failed || step.status == StepStatus::error) {
        error.diagnostics.push_back({.file = suite.file, .message = fmt::format("{}: {}", step.name, why(step))});
      }
    }
  }
  return error;
}

cli::Document document_of(const SmokeResponse& response)
{
  return {.data = json_report(response.suites), .table = table_report(response.suites), .list_member = "suites"};
}

void add_smoke(CLI::App& root, cli::Registry& registry)
{
  CLI::App& command = registry.add(root, "smoke", doc());
  const auto flags = std::make_shared<Flags>();
  command.add_option("FILE", flags->request.files, "Suites (default: those of davit.yaml)");
  command
      .add_option("--target", flags->request.target,
                  "local, a URL, or FUNCTION[:QUALIFIER] (default: local with --env local, else the handler)")
      ->type_name("TARGET");
  command.add_option("--token", flags->request.token, "Profile of the steps that name no token")->type_name("PROFILE");
  command.add_option("--report", flags->reports, "Write reports: junit=FILE, json=FILE, html=FILE, separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("KIND=FILE");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::smoke
