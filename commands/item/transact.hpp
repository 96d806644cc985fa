// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item transact`: the actions of a file, all of them or none.
void add_transact(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
