// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "aws/core/time.hpp"
#include "aws/http/message.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::gateway {

/// What the gateway knows of a request beside its bytes.
struct ProxyContext {
  std::string account_id;
  std::string api_id;
  std::string stage;
  std::string route_key;
  std::string request_id;
  std::string trace_id;
  std::map<std::string, std::string> path_parameters;
  TimePoint time;
};

/// The event of payload format 2.0, as JSON text.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
std::string proxy_event(const server::IncomingRequest& request, const ProxyContext& context);

/// The response that a function's answer stands for; nothing when API Gateway could not make one of it, which is a 500.
std::optional<http::Response> proxy_response(const std::string& answer);

}  // namespace davit::aws::local::gateway
