// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/command.hpp"

namespace davit::commands::secret {

/// The name in Secrets Manager of what was typed: a key of davit.yaml's `secrets` first, else the name or ARN itself.
Result<std::string> physical_name(cli::Context& context, const std::string& typed);

/// `davit secret`: secrets in AWS Secrets Manager.
void add_secret(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::secret
