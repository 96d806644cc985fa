// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/secretsmanager/client.hpp"
#include "cli/command.hpp"

namespace davit::commands::secret {

struct ListRequest {
  std::string prefix;  ///< only names that begin so
};

/// Never with values. By name.
Result<std::vector<davit::aws::secretsmanager::SecretEntry>> list(const ListRequest& request, davit::aws::auth::Session& session);

void add_list(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::secret
