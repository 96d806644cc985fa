// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/context.hpp"

namespace davit::commands::workflow {

/// A fresh token of that profile of davit.yaml, as `davit jwt mint PROFILE` makes it.
Result<std::string> mint_token(cli::Context& context, const std::string& profile);

}  // namespace davit::commands::workflow
