// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::local {

/// `davit local up|down|status|env|reset`: the embedded local AWS.
void add_local(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::local
