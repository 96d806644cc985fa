// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item tree`: a table of a single-table design by its entities, or one item collection as a hierarchy.
void add_tree(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
