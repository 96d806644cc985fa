// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::aws {

/// `davit aws`: the client layer made visible.
void add_aws(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::aws
