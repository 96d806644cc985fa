// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::aws {

void add_config(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::aws
