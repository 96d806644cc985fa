// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::table {

/// `davit table list`: the tables that are there, and those of davit.yaml that are not.
void add_list(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
