// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::jwt {

void add_jwt(CLI::App& root, cli::Registry& registry);
void add_jws(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::jwt
