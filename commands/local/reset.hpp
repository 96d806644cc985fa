// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "cli/command.hpp"

namespace davit::commands::local {

/// Empties every service of the local AWS in that folder. A running one goes on, on the same ports.
Status reset(const std::filesystem::path& state);

void add_reset(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::local
