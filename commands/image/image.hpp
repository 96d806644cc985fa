// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::image {

/// `davit image`: base, build, check, diff, inspect, lock, verify.
void add_image(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::image
