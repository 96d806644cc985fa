// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/time.hpp"
#include "aws/local/gateway/authorization.hpp"
#include "aws/local/gateway/user_pools.hpp"

namespace davit::aws::local::gateway {

/// A REST API's COGNITO_USER_POOLS authorizer: an identity token of one of its pools, or where the method has scopes, an access token that
/// grants one of them. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html
Authorization authorize_by_user_pool(UserPools& user_pools, const Authorizer& authorizer, const Route& route,
                                     const server::IncomingRequest& request, const ProxyContext& context);

}  // namespace davit::aws::local::gateway
