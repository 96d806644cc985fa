// SPDX-License-Identifier: Apache-2.0
#include "commands/local/reset.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <CLI/App.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "aws/local/local_aws.hpp"
#include "cli/local_state.hpp"
#include "cli/plan.hpp"
#include "commands/local/serve.hpp"
#include "commands/local/state_directory.hpp"

namespace davit::commands::local {
namespace {

constexpr std::chrono::seconds k_limit{10};

cli::CommandDoc reset_doc()
{
  return {
      .summary = "Delete everything in the local AWS: tables, secrets, images, functions, logs",
      .description = "A running one goes on, on the same ports. Unpacked images stay cached.",
      .examples = {{"davit local reset", "Ask, then start from nothing"}, {"davit local reset --yes", "Without a question, for a script"}},
      .changes = cli::Changes::something};
}

cli::Plan reset_plan(const std::filesystem::path& state)
{
  return {.steps = {{cli::PlanStep::Kind::remove, fmt::format("local AWS in {}", state.string()),
                     "tables, secrets, images, functions and logs"}}};
}

/// The process writes the document anew when it answers again: so it must be gone before the process is told.
Status reset_running(const std::filesystem::path& state, pid_t pid)
{
  cli::remove_local_state(state);
  ::kill(pid, k_reset_signal);
  const auto limit = std::chrono::steady_clock::now() + k_limit;
  while (!cli::read_local_state(state)) {
    if (cli::lock_holder(state) != pid || std::chrono::steady_clock::now() > limit) {
      return fail(failed_error("the local AWS did not come back", fmt::format("see {}", (state / "server.log").string())));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

Result<cli::Outcome> run_reset(cli::Context& context, const cli::ChangeFlags& flags)
{
  const auto state = state_directory(context);
  const cli::Plan plan = reset_plan(state);
  if (flags.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY(cli::confirm(context, plan, flags, cli::Danger::moderate, {}));
  DAVIT_TRY(reset(state));
  return cli::Outcome{.document = {.data = {{"reset", true}, {"running", cli::lock_holder(state).has_value()}, {"state", state.string()}}}};
}

}  // namespace

Status reset(const std::filesystem::path& state)
{
  if (const auto pid = cli::lock_holder(state)) {
    return reset_running(state, *pid);
  }
  return std::filesystem::exists(state) ? aws::local::LocalAws::erase(state) : Status{};
}

void add_reset(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<cli::ChangeFlags>();
  CLI::App& command = registry.add(group, "reset", reset_doc());
  cli::add_change_flags(command, *flags, cli::Danger::moderate);
  registry.bind(command, [flags](cli::Context& context) { return run_reset(context, *flags); });
}

}  // namespace davit::commands::local
