// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item delete`: one item by its key.
void add_delete(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
