// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/time.hpp"
#include "aws/local/gateway/api.hpp"
#include "aws/local/lambda/function_store.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::gateway {

/// The largest request of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
inline constexpr std::size_t k_payload_limit = 10 * 1024 * 1024;

/// Where requests for HTTP APIs come in. The host APIID.localhost means that API; any other host means the one that was made first.
/// A named stage stands in front of the path, as in AWS.
class FrontDoor
{
public:
  FrontDoor(ApiStore& apis, lambda::FunctionStore& functions, lambda::Invoker& invoker, Clock clock)
      : m_apis(apis), m_functions(functions), m_invoker(invoker), m_clock(std::move(clock))
  {
  }

  [[nodiscard]] http::Response handle(const server::IncomingRequest& request);

private:
  http::Response answer(const server::IncomingRequest& request, const Api& api, const std::string& request_id);
  http::Response proxy(const server::IncomingRequest& request, const Api& api, const std::string& request_id);
  http::Response call(const Integration& integration, const lambda::InvokeRequest& event);
  Answer<lambda::InvokeResult> invoke(const lambda::Function& function, const Integration& integration, const lambda::InvokeRequest& event);

  ApiStore& m_apis;
  lambda::FunctionStore& m_functions;
  lambda::Invoker& m_invoker;
  Clock m_clock;
};

}  // namespace davit::aws::local::gateway
