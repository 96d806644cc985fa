// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::table {

/// `davit table ...`: DynamoDB tables and the files that fill them.
void add_table(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::table
