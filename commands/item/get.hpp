// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item get`: one item by its key.
void add_get(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
