// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/local_state.hpp"

namespace davit::commands::local {

/// Lines for `eval` in a POSIX shell that point AWS's tools at the local AWS.
std::string shell_lines(const cli::LocalState& state);

void add_env(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::local
