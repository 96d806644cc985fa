// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "aws/local/ecr/registry.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::ecr {

/// Begins an exchange of the registry's own API, the OCI distribution specification 1.1
/// (https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md), as ECR serves it: Basic authentication with a token of
/// GetAuthorizationToken, no repositories but those that CreateRepository made. Stricter than others: a chunk must begin where the upload
/// ends (416), every blob of a manifest must be there, and every digest must be right.
std::unique_ptr<server::Exchange> begin_exchange(Registry& registry, const server::IncomingRequest& request);

/// The path under which GetDownloadUrlForLayer lets a layer be read without more ado, until its password ends.
std::string download_path(const Registry& registry, const Repository& repository, const std::string& digest);

}  // namespace davit::aws::local::ecr
