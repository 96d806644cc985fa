// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "aws/local/gateway/api.hpp"
#include "aws/local/gateway/authorization.hpp"
#include "aws/local/gateway/proxy_event.hpp"

namespace davit::aws::local::gateway {

/// One request on its way, and what the access log says of it.
struct Exchange {
  const server::IncomingRequest& request;
  const Api& api;
  const Stage* stage = nullptr;
  const Route* route = nullptr;
  ProxyContext context = {};
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration integration_time{};
  std::string integration_status = {};
  std::string integration_error = {};
  AuthorizationRefusal refusal = {};  ///< of an authorizer that refused
  std::string response_type = {};     ///< of a REST API's own answer: "UNAUTHORIZED"
  std::string error = {};             ///< what API Gateway itself answered: "Unauthorized"
  bool is_own_answer = true;          ///< and not the function's

  [[nodiscard]] const Url& url() const { return request.message.url; }
  /// Of a variable of $context, by the name behind that; empty when there is none.
  /// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
  [[nodiscard]] std::string value(const std::string& name, const http::Response& response) const;
};

}  // namespace davit::aws::local::gateway
