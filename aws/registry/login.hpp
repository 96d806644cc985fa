// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/environment.hpp"
#include "aws/core/result.hpp"
#include "aws/crypto/secret.hpp"

namespace davit::aws::registry {

/// Who signs in to a registry.
struct Login {
  std::string user;         ///< empty with an identity token
  crypto::Secret password;  ///< or the identity token, which a token server takes as a refresh token (OAuth 2.0)
  bool is_identity_token = false;
  std::string origin;  ///< for errors: "~/.docker/config.json", "docker-credential-pass", "Amazon ECR"
};

/// The login for a repository of a registry; nothing means that nobody is known there, and anonymous is tried.
using LoginSource = std::function<Result<std::optional<Login>>(const std::string& host, const std::string& repository)>;

/// The files in which Docker and Podman keep logins, in the order in which davit asks them: REGISTRY_AUTH_FILE, DOCKER_CONFIG/config.json,
/// XDG_RUNTIME_DIR/containers/auth.json, XDG_CONFIG_HOME/containers/auth.json, ~/.docker/config.json
/// (https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md).
std::vector<std::filesystem::path> login_files(const auth::Environment& environment);

/// Asks those files: `credHelpers`, then `auths`, then `credsStore` of each, the first that knows the registry. Programs of credential
/// helpers are run without a shell. Usage error for a file that cannot be read, credentials error for a helper that fails.
LoginSource logins_of_files(std::vector<std::filesystem::path> files);

}  // namespace davit::aws::registry
