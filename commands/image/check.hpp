// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::image {

/// `davit image check`; what it finds is in gate.hpp.
void add_check(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
