// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"
#include "aws/crypto/secret.hpp"
#include "aws/http/client.hpp"
#include "aws/registry/challenge.hpp"
#include "aws/registry/login.hpp"

namespace davit::aws::registry {

struct Token {
  crypto::Secret value;
  std::chrono::seconds lifetime{60};  ///< what holds when the server does not say
};

struct TokenRequest {
  std::string host;  ///< of the registry, for errors
  Url registry;
  Challenge challenge;  ///< the Bearer challenge: realm, service, scope
  std::vector<std::string> scopes;
  std::optional<Login> login;  ///< nothing asks for an anonymous token
};

/// Asks the token server of a Bearer challenge: GET with Basic authentication for a user, POST for an identity token
/// (https://distribution.github.io/distribution/spec/auth/token/ and .../oauth/). The realm must be https, or on this machine when the
/// registry is. Credentials error when the server refuses.
Result<Token> fetch_token(http::Client& client, const TokenRequest& request);

}  // namespace davit::aws::registry
