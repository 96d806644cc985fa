// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "aws/core/time.hpp"
#include "aws/local/front/rest_route.hpp"
#include "aws/local/gateway/api.hpp"
#include "aws/local/gateway/api_ports.hpp"
#include "aws/local/gateway/user_pools.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::gateway {

/// The paths of the operations that are served.
std::span<const front::RestRoute> apigateway_routes();

/// API Gateway's HTTP APIs: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/
///
/// How a client sets the front door up: CreateApi with ProtocolType HTTP and Target = the function's ARN (a quick create: one $default
/// route and a $default stage), with CorsConfiguration where there is one; UpdateApi to change it; or CreateApi without a target, then
/// CreateIntegration (AWS_PROXY, payload 1.0 or 2.0), CreateAuthorizer (JWT or REQUEST), CreateRoute and CreateStage. ApiEndpoint of the
/// first API is `gateway_url`, of any other one its own port. Other integrations are refused by name.
///
/// REST APIs likewise: resources, methods, AWS_PROXY and MOCK integrations, TOKEN, REQUEST and COGNITO_USER_POOLS authorizers, gateway
/// responses, deployments and stages, each with its updates. A method that is changed is changed in every stage at once.
std::unique_ptr<Service> make_apigateway_service(ApiStore& apis, ApiPorts& ports, UserPools& user_pools, std::string gateway_url,
                                                 Clock clock);

}  // namespace davit::aws::local::gateway
