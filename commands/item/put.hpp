// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item put`: one item, over what is there or on a condition.
void add_put(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
