// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/apigateway_documents.hpp"

#include <nlohmann/json.hpp>

namespace davit::aws::local::gateway {

Json integration_document(const Integration& integration)
{
  return {{"integrationId", integration.id},
          {"integrationType", "AWS_PROXY"},
          {"integrationUri", integration.function_arn},
          {"integrationMethod", "POST"},
          {"payloadFormatVersion", "2.0"},
          {"connectionType", "INTERNET"},
          {"timeoutInMillis", integration.timeout_ms}};
}

Json route_document(const Route& route)
{
  return {{"routeId", route.id},
          {"routeKey", route.key},
          {"target", "integrations/" + route.integration_id},
          {"authorizationType", "NONE"},
          {"apiKeyRequired", false}};
}

Json stage_document(const std::string& stage)
{
  return {{"stageName", stage}, {"autoDeploy", true}, {"stageVariables", Json::object()}};
}

}  // namespace davit::aws::local::gateway
