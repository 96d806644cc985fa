// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::jwt {

/// `davit jwt verify`: signature and claims.
void add_jwt_verify(CLI::App& group, cli::Registry& registry);

/// `davit jws verify`: the signature alone, over any payload.
void add_jws_verify(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::jwt
