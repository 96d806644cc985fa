// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::table {

/// `davit table describe`: keys, indexes, state and size of one table.
void add_describe(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
