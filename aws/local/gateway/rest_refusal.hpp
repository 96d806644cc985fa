// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/http/message.hpp"

namespace davit::aws::local::gateway {

/// What a REST API answers where an HTTP API would refuse with that status; `error` is what the authorizer said, empty when it was not
/// that; `message` stands in the body instead of the usual words, unless it is empty:
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
http::Response rest_refusal(int status, const std::string& error, const std::string& message = {});

}  // namespace davit::aws::local::gateway
