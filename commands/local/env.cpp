// SPDX-License-Identifier: Apache-2.0
#include "commands/local/env.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <utility>
#include <vector>

#include "commands/local/state_directory.hpp"

namespace davit::commands::local {
namespace {

cli::CommandDoc env_doc()
{
  return {.summary = "Print shell lines that point AWS's tools at the local AWS",
          .description = "The AWS CLI honours AWS_ENDPOINT_URL from version 2.13 (or 1.29) on, boto3 from 1.28 on.",
          .examples = {{"eval \"$(davit local env)\"", "Set the variables in this shell"},
                       {"davit local env -o json", "The variables as JSON"}}};
}

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables variables_of(const cli::LocalState& state)
{
  return {{"AWS_ENDPOINT_URL", state.endpoint},
          {"AWS_ACCESS_KEY_ID", state.access_key_id},
          {"AWS_SECRET_ACCESS_KEY", state.secret_access_key},
          // One left over from the real AWS would make the local one refuse the keys.
          {"AWS_SESSION_TOKEN", ""},
          {"AWS_REGION", state.region},
          {"AWS_DEFAULT_REGION", state.region}};
}

Result<cli::Outcome> run_env(const cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const auto state, cli::read_local_state(state_directory(context)));
  OrderedJson data = OrderedJson::object();
  for (const auto& [name, value] : variables_of(state)) {
    data[name] = value;
  }
  return cli::Outcome{.document = {.data = std::move(data), .text = shell_lines(state)}};
}

}  // namespace

std::string shell_lines(const cli::LocalState& state)
{
  std::string lines;
  for (const auto& [name, value] : variables_of(state)) {
    lines += fmt::format("export {}={}\n", name, value);
  }
  return lines;
}

void add_env(CLI::App& group, cli::Registry& registry)
{
  const CLI::App& command = registry.add(group, "env", env_doc());
  registry.bind(command, run_env);
}

}  // namespace davit::commands::local
