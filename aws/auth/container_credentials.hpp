// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "aws/auth/credentials.hpp"
#include "aws/auth/environment.hpp"
#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"
#include "aws/http/client.hpp"

/// The credentials of a task or pod: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
namespace davit::aws::auth {

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else ..._FULL_URI; nothing when neither is set. Usage error for a URL that is neither https nor
/// one of the addresses that containers ask: a token must not go anywhere else in the clear.
Result<std::optional<Url>> container_credentials_url(const Environment& environment);

/// Asks it, with the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or ..._TOKEN, up to three times. Credentials error.
Result<Credentials> get_container_credentials(const Environment& environment, http::Client& client);

}  // namespace davit::aws::auth
