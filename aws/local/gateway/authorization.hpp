// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/gateway/api.hpp"
#include "aws/local/gateway/proxy_event.hpp"

namespace davit::aws::local::gateway {

/// Why a caller may not, and what it is answered.
struct AuthorizationRefusal {
  int status = 401;            ///< 401, 403, or 500 when the authorizer itself failed
  std::string challenge = {};  ///< WWW-Authenticate; empty for none
  std::string error = {};      ///< for the access log: $context.authorizer.error
  std::string message = {};    ///< of a REST API's body; empty for the status's own
  std::string code = {};       ///< likewise, the type of the error
};

/// What is known of a caller who may: `requestContext.authorizer` of payload 2.0, null when nobody was asked.
using Authorization = tl::expected<OrderedJson, AuthorizationRefusal>;

/// The values of the identity sources ("$request.header.Authorization", "$request.querystring.q", "$context.x", "$stageVariables.v"), in
/// their order; nothing when one of them is missing or empty.
std::optional<std::vector<std::string>> identity_of(const std::vector<std::string>& sources, const server::IncomingRequest& request,
                                                    const ProxyContext& context);

}  // namespace davit::aws::local::gateway
