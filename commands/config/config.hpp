// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::config {

/// The noun `config`: davit.yaml itself.
void add_config(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::config
