// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/auth/session.hpp"
#include "aws/sts/client.hpp"
#include "cli/command.hpp"

namespace davit::commands::whoami {

struct WhoamiResponse {
  std::optional<davit::aws::sts::CallerIdentity> identity;
  std::optional<TimePoint> expires_at;
  std::vector<davit::aws::auth::ChainStep> steps;
  std::optional<davit::aws::auth::Setting> region;
  std::optional<davit::aws::auth::Endpoint> endpoint;  ///< of STS
  std::optional<Error> failure;                        ///< why there is no identity; the steps are there all the same
};

/// Asks every source of credentials in order, and STS who they belong to.
Result<WhoamiResponse> whoami(davit::aws::auth::Session& session);

void add_whoami(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::whoami
