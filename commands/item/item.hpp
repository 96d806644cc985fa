// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item ...`: single items, in plain JSON.
void add_item(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::item
