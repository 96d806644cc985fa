// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::jwt {

/// `davit jwt decode`: what a token says, without any check of whether it is true.
void add_decode(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::jwt
