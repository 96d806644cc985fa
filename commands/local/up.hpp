// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"
#include "cli/local_state.hpp"
#include "commands/local/serve.hpp"

namespace davit::commands::local {

struct UpResponse {
  cli::LocalState state;
  bool was_running = false;
};

/// Starts the local AWS of a folder in a process of its own, unless it runs already.
Result<UpResponse> up(const ServeRequest& request);

void add_up(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::local
