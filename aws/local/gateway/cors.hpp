// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "aws/http/message.hpp"
#include "aws/local/gateway/api.hpp"

/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
namespace davit::aws::local::gateway {

/// The gateway's own answer to a preflight request; nothing when the request is none. The function is not asked.
std::optional<http::Response> answer_preflight(const Cors& cors, const http::Request& request);

/// Puts the gateway's CORS headers in place of those that the function sent.
void apply_cors(const Cors& cors, const http::Request& request, http::Headers& response);

}  // namespace davit::aws::local::gateway
