// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "aws/core/result.hpp"
#include "aws/ecr/client.hpp"
#include "aws/registry/client.hpp"
#include "cli/context.hpp"

namespace davit::commands::image {

/// A registry, and what opens its door.
struct RegistryAccess {
  std::string host;
  std::shared_ptr<aws::registry::Authorizer> authorizer;
  aws::registry::Client::Purpose purpose = aws::registry::Client::Purpose::push;
  aws::http::ClientSettings http = {};
  std::shared_ptr<aws::ecr::Client> ecr = nullptr;  ///< set where the registry is ECR's

  /// A client for one thread.
  [[nodiscard]] Result<aws::registry::Client> open() const;
};

/// To push to. An empty host is the ECR of the session's account and region. ECR's registries are opened by GetAuthorizationToken, others
/// by the logins of Docker and Podman. `--env local` knows the local registry alone: usage error for every other.
Result<RegistryAccess> access_to_push(cli::Context& context, const std::string& host);

/// To pull from, which `--env local` may do from everywhere.
Result<RegistryAccess> access_to_pull(cli::Context& context, const std::string& host);

}  // namespace davit::commands::image
