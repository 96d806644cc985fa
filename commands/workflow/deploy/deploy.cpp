// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/deploy/deploy.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <chrono>

#include "aws/core/interrupt.hpp"
#include "aws/local/lambda/isolation.hpp"
#include "cli/output/table.hpp"
#include "cli/term/progress.hpp"
#include "commands/workflow/smoke/report.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::deploy {
namespace {

using cli::PlanStep;

struct Flags {
  cli::ChangeFlags change;
  bool no_smoke = false;
};

cli::CommandDoc deploy_doc()
{
  return {
      .summary = "Build, create, seed and smoke-test an environment",
      .description =
          "With --env local: starts the local AWS, builds the image or the zip package, makes the secrets, renders and checks the Terraform variables, creates tables, "
          "function and HTTP API from them, seeds the tables and runs the smoke suites. Terraform itself is not needed. A zip package runs as a plain "
          "process in the local AWS, a Python one where this machine has that Python in /usr/local/bin, /usr/bin or /bin.\n"
          "Every step is shown first and skipped, with its reason, when it is up to date. Interrupted or killed at any step and run again, it goes on "
          "where it was. A failed smoke run ends with 1 and leaves everything running.",
      .examples = {{"davit deploy --env local", "From davit.yaml to a smoke-tested backend on this machine"},
                   {"davit deploy --env local --dry-run", "What it would do"},
                   {"davit deploy --env local --no-smoke -o json", "Without the smoke suites, for a script"}},
      .changes = cli::Changes::something};
}

std::string name_of(StepOutcome::Kind kind)
{
  switch (kind) {
    case StepOutcome::Kind::done:
      return "done";
    case StepOutcome::Kind::skipped:
      return "skipped";
    case StepOutcome::Kind::failed:
      return "failed";
    case StepOutcome::Kind::not_run:
      return "not run";
  }
  return {};
}

OrderedJson or_null(const std::string& text)
{
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

cli::Document document_of(const DeployResponse& response, const std::string& environment)
{
  OrderedJson steps = OrderedJson::array();
  cli::Table table{.header = {"STEP", "RESULT", "MS", "WHAT"}, .rows = {}};
  for (const auto& step : response.steps) {
    steps.push_back({{"name", step.name},
                     {"target", step.plan.target},
                     {"result", name_of(step.kind)},
                     {"reason", step.plan.reason},
                     {"durationMs", step.duration_ms}});
    table.rows.push_back({step.name, name_of(step.kind), std::to_string(step.duration_ms), step.plan.target + ": " + step.plan.reason});
  }
  table.rows.push_back({"url", "", "", response.url});
  return {.data = {{"environment", environment},
                   {"url", or_null(response.url)},
                   {"isolation", or_null(response.isolation)},
                   {"imageDigest", or_null(response.digest)},
                   {"steps", steps},
                   {"smoke", response.smoke ? smoke::json_report(response.smoke->suites) : OrderedJson()}},
          .table = table,
          .list_member = "steps"};
}

/// Steps that read what an earlier one has yet to make cannot be planned in detail.
Result<PlanStep> plan_of(const Step& step, bool is_reachable)
{
  return is_reachable ? step.plan() : PlanStep{.kind = PlanStep::Kind::run, .target = step.name, .reason = "once the local AWS runs"};
}

class Runner
{
public:
  Runner(cli::Context& context, cli::Progress& progress) : m_context(context), m_progress(progress) {}

  /// Runs the steps one after the other, up to the first failure, which is returned.
  std::optional<Error> run(const Steps& steps, std::vector<StepOutcome>& outcomes)
  {
    std::optional<Error> failure;
    for (const auto& step : steps) {
      StepOutcome outcome{.name = step.name, .plan = {.target = step.name}};
      if (!failure && interrupted() != 0) {
        failure = Error{.kind = ErrorKind::cancelled, .message = "interrupted", .hint = "run the same command again to go on"};
      }
      if (!failure) {
        failure = run_one(step, outcome);
      }
      outcomes.push_back(std::move(outcome));
    }
    return failure;
  }

private:
  std::optional<Error> run_one(const Step& step, StepOutcome& outcome)
  {
    const auto start = std::chrono::steady_clock::now();
    auto planned = step.plan();
    Status applied;
    if (planned) {
      outcome.plan = *planned;
      applied = planned->kind == PlanStep::Kind::skip ? Status{} : step.apply();
    }
    outcome.duration_ms =
        static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count());
    if (planned && applied) {
      outcome.kind = planned->kind == PlanStep::Kind::skip ? StepOutcome::Kind::skipped : StepOutcome::Kind::done;
      show(outcome);
      return std::nullopt;
    }
    outcome.kind = StepOutcome::Kind::failed;
    show(outcome);
    Error error = planned ? std::move(applied).error() : std::move(planned).error();
    return std::move(error).wrap(fmt::format("deploying, step '{}'", step.name));
  }

  void show(const StepOutcome& outcome)
  {
    m_progress.clear();
    if (!m_context.globals().quiet) {
      const std::string line =
          fmt::format("{:>7}  {}: {} ({} ms)\n", name_of(outcome.kind), outcome.plan.target, outcome.plan.reason, outcome.duration_ms);
      static_cast<void>(m_context.streams().err.write(line));
    }
  }

  cli::Context& m_context;
  cli::Progress& m_progress;
};

Error with_what_still_runs(Error error, const DeployResponse& response)
{
  const std::string what = response.url.empty() ? "what was made before stays" : fmt::format("everything still runs, at {}", response.url);
  error.hint =
      fmt::format("{}; mend it and run the same command again, or `davit destroy`{}", what, error.hint.empty() ? "" : ". " + error.hint);
  return error;
}

Status check_environment(const cli::config::Project& project)
{
  if (project.environment.empty()) {
    return fail(usage_error("deploy needs an environment", "add --env local"));
  }
  if (project.environment != "local") {
    return fail(usage_error(fmt::format("deploy serves --env local only; '{}' is deployed by Terraform", project.environment),
                            "render its variables by `davit terraform render`, and run terraform apply"));
  }
  return project.handler ? Status{} : fail(usage_error("davit.yaml has no `handler` to deploy"));
}

Result<cli::Outcome> run(cli::Context& context, const Flags& flags)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project());
  DAVIT_TRY(check_environment(*project));
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  Deployment deployment{.context = context, .project = *project, .progress = [&progress](std::string_view line) { progress.update(line); }};
  Steps steps = steps_of(deployment);
  if (flags.no_smoke) {
    steps.pop_back();
  }
  DAVIT_TRY_ASSIGN(const cli::Plan planned, plan(steps));
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(planned)};
  }
  progress.clear();
  if (context.streams().err.is_terminal() && !context.globals().quiet) {
    DAVIT_TRY(context.streams().err.write(cli::render_table(planned.to_table()) + "\n"));
  }
  const InterruptScope interruptible;
  DeployResponse response;
  auto failure = Runner(context, progress).run(steps, response.steps);
  response.url = deployment.api_url;
  response.digest = deployment.image_digest;
  response.isolation = deployment.package ? aws::local::lambda::name_of(aws::local::lambda::Isolation::process) : deployment.isolation;
  response.smoke = std::move(deployment.smoke);
  if (failure) {
    failure = with_what_still_runs(std::move(*failure), response);
  }
  return cli::Outcome{.document = document_of(response, project->environment), .failure = std::move(failure)};
}

}  // namespace

Steps steps_of(Deployment& deployment)
{
  Steps steps{local_step(deployment), image_step(deployment)};
  const auto append = [&steps](Steps more) { std::move(more.begin(), more.end(), std::back_inserter(steps)); };
  append(secret_steps(deployment));
  append({variables_step(deployment), tables_step(deployment), function_step(deployment), api_step(deployment)});
  append(seed_steps(deployment));
  append({smoke_step(deployment)});
  return steps;
}

Result<cli::Plan> plan(const Steps& steps)
{
  cli::Plan out;
  bool is_reachable = true;
  for (const auto& step : steps) {
    DAVIT_TRY_ASSIGN(PlanStep planned, plan_of(step, is_reachable || step.name == "image"));
    is_reachable = is_reachable && !(step.name == "local" && planned.kind != PlanStep::Kind::skip);
    out.steps.push_back(std::move(planned));
  }
  return out;
}

void add_deploy(CLI::App& root, cli::Registry& registry)
{
  CLI::App& command = registry.add(root, "deploy", deploy_doc());
  const auto flags = std::make_shared<Flags>();
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  command.add_flag("--no-smoke", flags->no_smoke, "Do not run the smoke suites");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::deploy
