// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::table {

/// `davit table count`: exact, by reading.
void add_count(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
