// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "aws/local/gateway/api.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::gateway {

/// What a MOCK integration answers: the integration response of the status that its request template names, else the one without a pattern,
/// with the headers and the body that this one has. Nothing when the template names no status, or no response is there for it.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
std::optional<http::Response> mock_response(const Integration& integration, const server::IncomingRequest& request,
                                            const std::function<std::string(const std::string&)>& value_of);

/// Whether a mapping template is a text with variables of $context in it, and no program.
bool is_plain_template(const std::string& text);

}  // namespace davit::aws::local::gateway
