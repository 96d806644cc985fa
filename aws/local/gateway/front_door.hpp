// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/time.hpp"
#include "aws/local/front/credential_store.hpp"
#include "aws/local/gateway/api.hpp"
#include "aws/local/gateway/jwt_authorizer.hpp"
#include "aws/local/gateway/request_authorizer.hpp"
#include "aws/local/gateway/throttle.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/lambda/log_writer.hpp"
#include "aws/local/lambda/qualifier.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::gateway {

/// The largest request of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
inline constexpr std::size_t k_payload_limit = 10 * 1024 * 1024;

/// What FrontDoor works with; all of it outlives it.
struct FrontDoorParts {
  ApiStore& apis;
  lambda::QualifierResolver resolver;
  lambda::Invoker& invoker;
  lambda::LogWriter& log;
  const CredentialStore& credentials;
  UserPools& user_pools;
  Clock clock;
};

struct Exchange;

/// Where requests for HTTP APIs come in. At the gateway's own port a host whose first label is the id of an API means that; any other host
/// means the one that was made first. A named stage stands in front of the path, as in AWS.
class FrontDoor
{
public:
  explicit FrontDoor(FrontDoorParts parts);

  [[nodiscard]] http::Response handle(const server::IncomingRequest& request);

  /// At the port of one API.
  [[nodiscard]] http::Response handle_for(const std::string& api_id, const server::IncomingRequest& request);

private:
  http::Response handle_with(const std::function<const Api*(const std::vector<Api>&)>& choose, const server::IncomingRequest& request);
  static void dress_as_rest(Exchange& exchange, http::Response& response);
  http::Response answer(Exchange& exchange);
  http::Response route(Exchange& exchange);
  http::Response authorized(Exchange& exchange, const Integration& integration);
  Authorization authorize(const Exchange& exchange);
  static http::Response mock(Exchange& exchange, const Integration& integration);
  http::Response call(Exchange& exchange, const Integration& integration);
  Answer<lambda::InvokeResult> invoke(const lambda::Function& function, const Integration& integration, const lambda::InvokeRequest& event);
  void log(const Exchange& exchange, const http::Response& response);

  FrontDoorParts m_parts;
  JwtAuthorizers m_jwt_authorizers;
  RequestAuthorizers m_request_authorizers;
  Throttler m_throttler;
};

}  // namespace davit::aws::local::gateway
