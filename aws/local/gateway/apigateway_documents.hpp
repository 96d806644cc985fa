// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/gateway/api.hpp"

/// As API Gateway describes them: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/
namespace davit::aws::local::gateway {

Json integration_document(const Integration& integration);
Json route_document(const Route& route);
Json deployment_document(const Deployment& deployment);
Json stage_document(const Stage& stage);
Json authorizer_document(const Authorizer& authorizer);

}  // namespace davit::aws::local::gateway
