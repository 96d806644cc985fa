// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item update`: some attributes of one item.
void add_update(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
