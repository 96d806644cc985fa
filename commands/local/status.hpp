// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::local {

void add_status(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::local
