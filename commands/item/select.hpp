// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item query`: items of one partition, in the order of their sort keys.
void add_query(CLI::App& group, cli::Registry& registry);

/// `davit item scan`: items of the whole table.
void add_scan(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
