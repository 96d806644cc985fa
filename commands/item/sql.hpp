// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::item {

/// `davit item sql`: what a SELECT of PartiQL gives.
void add_sql(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::item
