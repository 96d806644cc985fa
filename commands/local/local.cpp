// SPDX-License-Identifier: Apache-2.0
#include "commands/local/local.hpp"

#include <CLI/App.hpp>

#include "commands/local/down.hpp"
#include "commands/local/env.hpp"
#include "commands/local/reset.hpp"
#include "commands/local/status.hpp"
#include "commands/local/up.hpp"

namespace davit::commands::local {

void add_local(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "local", "The embedded local AWS");
  add_up(group, registry);
  add_down(group, registry);
  add_status(group, registry);
  add_env(group, registry);
  add_reset(group, registry);
}

}  // namespace davit::commands::local
