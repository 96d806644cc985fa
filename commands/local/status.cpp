// SPDX-License-Identifier: Apache-2.0
#include "commands/local/status.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>

#include "cli/local_state.hpp"
#include "commands/local/state_directory.hpp"

namespace davit::commands::local {
namespace {

cli::CommandDoc status_doc()
{
  return {.summary = "Whether the local AWS is running, and where",
          .description = "Exit code 3 when it is not running.",
          .examples = {{"davit local status", "A table"}, {"davit local status -o json", "The document of `local up`, with `running`"}}};
}

Result<cli::Outcome> run_status(const cli::Context& context)
{
  const auto directory = state_directory(context);
  const auto state = cli::read_local_state(directory);
  if (!state) {
    return cli::Outcome{.document = {.data = {{"running", false}, {"state", directory.string()}}},
                        .failure = not_found_error(state.error().message, state.error().hint)};
  }
  OrderedJson data = {{"running", true}};
  data.update(to_json(*state));
  return cli::Outcome{.document = {.data = std::move(data)}};
}

}  // namespace

void add_status(CLI::App& group, cli::Registry& registry)
{
  const CLI::App& command = registry.add(group, "status", status_doc());
  registry.bind(command, run_status);
}

}  // namespace davit::commands::local
