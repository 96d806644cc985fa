// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::table {

/// `davit table wait`: until tables are active, or gone.
void add_wait(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
