// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/smoke.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <mutex>

#include "aws/core/interrupt.hpp"
#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/jwt/profile.hpp"
#include "commands/workflow/smoke/backend_target.hpp"
#include "commands/workflow/smoke/report.hpp"
#include "commands/workflow/smoke/report_file.hpp"
#include "commands/workflow/smoke/suite_files.hpp"
#include "commands/workflow/smoke/suite_format.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::smoke {
namespace {

struct Flags {
  SmokeRequest request;
  std::vector<std::string> reports;
};

constexpr const char* k_description =
    "Sends the requests and events of suites and holds the answers against what they expect. Every suite is read first: a mistake in one "
    "ends davit with 2, with its place, and nothing is sent. Each attempt sends its request once, on a connection of its own, and follows "
    "no redirect.\n"
    "Exit code 1 when any step did not pass; when not one call was answered, the code of the worst error: 6 for a target that cannot be "
    "reached, 4 for credentials, 3 for a function that does not exist. Reports are written whatever happened, after Ctrl-C too. Tokens, and "
    "values that go by the name of a secret, stand as *** in every output.\n"
    "--parity runs the suites a second time, against another target, and names every place where the answers to a step differ: outcome, "
    "status, headers (but those of clocks and proxies), and the body by JSON path. Values of variables and captures may differ. Exit code 1 "
    "when anything differs that no --parity-ignore names. --jobs runs several suites at once, so they must not be in each other's way.\n"
    "--report junit=FILE and gitlab=FILE are for artifacts:reports:junit and annotations of GitLab: the second has links to the lines of the "
    "steps that did not pass.\n";

cli::CommandDoc smoke_doc()
{
  return {.summary = "Run smoke suites against a target",
          .description = std::string(k_description) + k_suite_format,
          .examples = {{"davit smoke --env local", "The suites of davit.yaml, against the front door of the local AWS"},
                       {"davit smoke smoke/health.yaml --target https://api.example.com", "One suite, against a URL; needs no project"},
                       {"davit smoke --env dev --target function:live --report junit=smoke.xml,html=smoke.html",
                        "Against an alias of the handler, with reports for CI"},
                       {"davit smoke --env dev --target function:7 --parity local --parity-ignore '$.created_at'",
                        "A version beside the local environment: every difference of their answers"},
                       {"davit smoke --env dev --target function:7 --token admin 'smoke/*.yaml'",
                        "Against a version, as admin where a step names no token"}}};
}

std::string default_target(const cli::Context& context)
{
  return context.globals().environment == "local" ? "local" : "function";
}

Result<std::vector<std::filesystem::path>> files_of(cli::Context& context, const SmokeRequest& request)
{
  if (!request.files.empty()) {
    return suites_named(request.files);
  }
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project());
  return suites_of_project(*project);
}

std::optional<Error> complaint_about_token(cli::Context& context, const std::string& profile)
{
  const auto found = jwt::find_profile(context, profile);
  return found ? std::nullopt : std::optional(found.error());
}

/// --sign is about a URL; for a function there is nothing to sign that davit does not sign anyway.
Status sign_for(Destination& destination, const std::string& service)
{
  if (!service.empty() && destination.url) {
    destination.signed_for = service;
  }
  return {};
}

/// `--target local` says which environment is meant when --env does not, and contradicts any other.
Result<cli::Globals> globals_of(const cli::Context& context, const SmokeRequest& request)
{
  cli::Globals globals = context.globals();
  if (request.target != "local" || globals.environment == "local") {
    return globals;
  }
  if (!globals.environment.empty()) {
    return fail(usage_error(fmt::format("--target local and --env {} exclude each other", globals.environment),
                            "tokens and items would be those of another environment; use --env local"));
  }
  globals.environment = "local";
  return globals;
}

/// Runs suites against one target, several at once where that is asked for. Each thread has a session and connections of its own.
class SuiteRuns
{
public:
  SuiteRuns(cli::Context& context, const std::vector<Suite>& suites, const SmokeRequest& request)
      : m_context(context), m_suites(suites), m_request(request), m_progress(context.streams(), shown(context))
  {
  }

  std::vector<SuiteResult> run(const Destination& destination)
  {
    m_next = 0;
    std::vector<SuiteResult> results(m_suites.size());
    // The lines of --debug come from one thread.
    const bool is_alone = m_request.jobs <= 1 || m_suites.size() == 1 || m_context.globals().debug;
    if (is_alone) {
      work(m_context, destination, results);
      return results;
    }
    std::vector<std::future<void>> workers;
    for (std::size_t i = 0; i < std::min(m_suites.size(), static_cast<std::size_t>(m_request.jobs)); ++i) {
      workers.push_back(std::async(std::launch::async, [&] {
        cli::Globals globals = m_context.globals();
        globals.quiet = true;  // notes come from the first context, once
        cli::Context own{std::move(globals), m_context.streams()};
        work(own, destination, results);
      }));
    }
    for (auto& worker : workers) {
      worker.get();
    }
    return results;
  }

private:
  static cli::Progress::Show shown(const cli::Context& context)
  {
    return context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal;
  }

  void work(cli::Context& context, const Destination& destination, std::vector<SuiteResult>& results)
  {
    BackendTarget target{context, destination};
    const auto kept = m_request.parity.empty() ? AnswersKept::no : AnswersKept::yes;
    const StepListener listener = [this](const Suite& of, const StepResult& step) {
      const std::lock_guard lock(m_mutex);
      m_progress.update(fmt::format("smoke: {}: {} {}", of.name, step.name, name_of(step.status)));
    };
    for (std::size_t i = m_next++; i < m_suites.size(); i = m_next++) {
      results[i] = run_suite(m_suites[i], target, m_request.token, listener, kept);
    }
  }

  cli::Context& m_context;
  const std::vector<Suite>& m_suites;
  const SmokeRequest& m_request;
  std::atomic<std::size_t> m_next{0};
  std::mutex m_mutex;
  cli::Progress m_progress;
};

SmokeResponse run_suites(cli::Context& context, const std::vector<Suite>& suites, const SmokeRequest& request,
                         const Destination& destination, const std::optional<Destination>& other)
{
  const InterruptScope interruptible;
  SuiteRuns runs{context, suites, request};
  SmokeResponse response{.suites = runs.run(destination)};
  if (other) {
    const auto second = runs.run(*other);
    response.parity = Parity{.target = other->name, .differences = differences(response.suites, second, request.parity_ignored)};
    response.suites.insert(response.suites.end(), second.begin(), second.end());
  }
  return response;
}

/// What the process ends with: the failed checks, else a report that could not be written.
std::optional<Error> failure_of(const SmokeResponse& response, const Status& reported)
{
  auto failure = smoke_failure(response);
  if (failure && !reported) {
    failure->diagnostics.push_back({.message = reported.error().message});
  }
  return failure || reported ? failure : std::optional(reported.error());
}

/// Which class a run ends in: 1, unless no call was answered at all; then the worst of their errors, in the order of batches.
ErrorKind kind_of(const SmokeResponse& response)
{
  constexpr std::array k_worst_first{ErrorKind::bug,      ErrorKind::usage,     ErrorKind::credentials, ErrorKind::unavailable,
                                     ErrorKind::conflict, ErrorKind::not_found, ErrorKind::failed};
  auto worst = k_worst_first.size() - 1;
  for (const auto& suite : response.suites) {
    for (const auto& step : suite.steps) {
      const bool was_answered = step.attempts > 0 && !step.error_kind;
      if (was_answered) {
        return ErrorKind::failed;
      }
      const auto* const found = std::find(k_worst_first.begin(), k_worst_first.end(), step.error_kind.value_or(ErrorKind::failed));
      worst = std::min(worst, static_cast<std::size_t>(found - k_worst_first.begin()));
    }
  }
  return k_worst_first[worst];
}

Result<cli::Outcome> run(cli::Context& context, const Flags& flags)
{
  DAVIT_TRY_ASSIGN(const auto reports, parse_report_files(flags.reports));
  const InterruptScope interruptible;  // until the reports are written
  DAVIT_TRY_ASSIGN(const SmokeResponse response, smoke(context, flags.request));
  const Status reported = write_reports(reports, response.suites, response.parity);
  return cli::Outcome{.document = document_of(response), .failure = failure_of(response, reported)};
}

}  // namespace

bool SmokeResponse::passed() const
{
  return (!parity || parity->differences.empty()) &&
         std::all_of(suites.begin(), suites.end(), [](const SuiteResult& suite) { return suite.passed(); });
}

Result<SmokeResponse> smoke(cli::Context& outer, const SmokeRequest& request)
{
  DAVIT_TRY_ASSIGN(cli::Globals globals, globals_of(outer, request));
  cli::Context context{std::move(globals), outer.streams()};
  DAVIT_TRY(context.project_if_any());
  DAVIT_TRY_ASSIGN(const auto files, files_of(context, request));
  if (files.empty()) {
    return fail(usage_error("there is no smoke suite to run", "name files, or list them under `smoke` in davit.yaml"));
  }
  if (!request.token.empty() && request.token != "none") {
    DAVIT_TRY(jwt::find_profile(context, request.token));
  }
  DAVIT_TRY_ASSIGN(Destination destination, find_destination(context, request.target.empty() ? default_target(context) : request.target));
  DAVIT_TRY(sign_for(destination, request.sign));
  std::optional<Destination> other;
  if (!request.parity.empty()) {
    DAVIT_TRY_ASSIGN(other, find_destination(context, request.parity));
    DAVIT_TRY(sign_for(*other, request.sign));
  }
  const Surroundings surroundings{
      .has_function = destination.function.has_value(),
      .complaint_about_token = [&](const std::string& profile) { return complaint_about_token(context, profile); }};
  DAVIT_TRY_ASSIGN(const std::vector<Suite> suites, read_suites(files, surroundings));
  return run_suites(context, suites, request, destination, other);
}

std::optional<Error> smoke_failure(const SmokeResponse& response)
{
  if (stop_requested() != 0) {
    return Error{.kind = ErrorKind::cancelled, .message = "interrupted; the clean-up of what had begun was run"};
  }
  if (response.passed()) {
    return std::nullopt;
  }
  const Counts counts = count(response.suites);
  Error error{.kind = kind_of(response),
              .message = fmt::format(
                  "smoke: {} of {} steps did not pass{}", counts.failed + counts.errors + counts.skipped,
                  counts.passed + counts.failed + counts.errors + counts.skipped,
                  response.parity ? fmt::format(", and the targets differ in {} places", response.parity->differences.size()) : "")};
  for (const auto& suite : response.suites) {
    for (const auto& step : suite.steps) {
      if (step.status == StepStatus::failed || step.status == StepStatus::error) {
        error.diagnostics.push_back(
            {.file = suite.file, .line = step.line, .message = fmt::format("{}: {}", step.name, why(step)), .hint = step.hint});
      }
    }
  }
  for (const auto& difference : response.parity ? response.parity->differences : std::vector<Difference>{}) {
    error.diagnostics.push_back(
        {.message = fmt::format("{}: {}: {} is {}, and {} on {}", difference.suite, difference.step, difference.where,
                                short_text(difference.first), short_text(difference.second), response.parity->target)});
  }
  return error;
}

cli::Document document_of(const SmokeResponse& response)
{
  cli::Document document{
      .data = json_report(response.suites, response.parity), .table = table_report(response.suites), .list_member = "suites"};
  for (const auto& difference : response.parity ? response.parity->differences : std::vector<Difference>{}) {
    document.table->rows.push_back(
        {"differs", difference.suite, difference.step, "",
         fmt::format("{}: {} / {}", difference.where, short_text(difference.first), short_text(difference.second))});
  }
  return document;
}

void add_smoke(CLI::App& root, cli::Registry& registry)
{
  CLI::App& command = registry.add(root, "smoke", smoke_doc());
  const auto flags = std::make_shared<Flags>();
  command.add_option("FILE", flags->request.files, "Suites (default: those of davit.yaml)");
  command
      .add_option("--target", flags->request.target,
                  "local, api, a URL, url[:FUNCTION[:ALIAS]], or FUNCTION[:QUALIFIER] (default: local with --env local, else the handler)")
      ->type_name("TARGET");
  command.add_option("--token", flags->request.token, "Profile of the steps that name no token")->type_name("PROFILE");
  command.add_option("--report", flags->reports, "Write reports: junit=FILE, json=FILE, html=FILE, gitlab=FILE, separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("KIND=FILE");
  constexpr int k_most_jobs = 64;
  command.add_option("--jobs", flags->request.jobs, "How many suites run at once (default: 1)")
      ->check(CLI::Range(1, k_most_jobs))
      ->type_name("N");
  command
      .add_option("--sign", flags->request.sign,
                  "Sign the requests to a URL for this service; a function URL of --target url is signed where it asks for it")
      ->check(cli::one_of({"lambda", "execute-api"}))
      ->type_name("SERVICE");
  command.add_option("--parity", flags->request.parity, "Run the suites against this target too, and name every difference of the answers")
      ->type_name("TARGET");
  command
      .add_option("--parity-ignore", flags->request.parity_ignored,
                  "'header NAME', or a JSON path that may differ, such as '$.items[*].created_at'")
      ->allow_extra_args(false)
      ->type_name("PLACE");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::smoke
