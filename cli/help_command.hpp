// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::cli {

/// The command `help`: of a command, of a topic, or of davit itself.
void add_help(CLI::App& root, Registry& registry);

}  // namespace davit::cli
