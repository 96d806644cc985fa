// SPDX-License-Identifier: Apache-2.0
#include "commands/local/down.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <CLI/App.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/local_state.hpp"
#include "cli/plan.hpp"
#include "commands/local/state_directory.hpp"

namespace davit::commands::local {
namespace {

constexpr std::chrono::seconds k_polite_limit{5};
constexpr std::chrono::seconds k_forced_limit{5};

cli::CommandDoc down_doc()
{
  return {.summary = "Stop the local AWS; its data stays",
          .description = {},
          .examples = {{"davit local down", "Stop it"}, {"davit local down --state /tmp/aws", "Stop the one with that folder"}},
          .changes = cli::Changes::something};
}

bool is_gone_within(const std::filesystem::path& state, pid_t pid, std::chrono::seconds limit)
{
  const auto end = std::chrono::steady_clock::now() + limit;
  while (cli::lock_holder(state) == pid) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

cli::Plan down_plan(const std::filesystem::path& state)
{
  const std::string target = fmt::format("local AWS in {}", state.string());
  if (const auto holder = cli::lock_holder(state)) {
    return {.steps = {{cli::PlanStep::Kind::run, target, fmt::format("stop process {}", *holder)}}};
  }
  return {.steps = {{cli::PlanStep::Kind::skip, target, "is not running"}}};
}

Result<cli::Outcome> run_down(const cli::Context& context, const cli::ChangeFlags& flags)
{
  const auto state = state_directory(context);
  if (flags.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(down_plan(state))};
  }
  DAVIT_TRY_ASSIGN(const DownResponse response, down(state));
  return cli::Outcome{.document = {.data = {{"stopped", response.pid.has_value()},
                                            {"pid", response.pid ? OrderedJson(*response.pid) : OrderedJson(nullptr)},
                                            {"state", state.string()}}}};
}

}  // namespace

Result<DownResponse> down(const std::filesystem::path& state)
{
  const auto pid = cli::lock_holder(state);
  if (!pid) {
    cli::remove_local_state(state);
    return DownResponse{};
  }
  ::kill(*pid, SIGTERM);
  if (!is_gone_within(state, *pid, k_polite_limit)) {
    ::kill(*pid, SIGKILL);
    if (!is_gone_within(state, *pid, k_forced_limit)) {
      return fail(
          Error{.kind = ErrorKind::unavailable, .message = fmt::format("process {} does not end", *pid), .hint = "end it yourself"});
    }
    cli::remove_local_state(state);
  }
  return DownResponse{.pid = pid};
}

void add_down(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<cli::ChangeFlags>();
  CLI::App& command = registry.add(group, "down", down_doc());
  cli::add_change_flags(command, *flags, cli::Danger::mild);
  registry.bind(command, [flags](const cli::Context& context) { return run_down(context, *flags); });
}

}  // namespace davit::commands::local
