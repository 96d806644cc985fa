// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::config {

void add_schema(CLI::App& parent, cli::Registry& registry);

}  // namespace davit::commands::config
