// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/apigateway_documents.hpp"

#include <nlohmann/json.hpp>

#include "aws/local/gateway/api_changes.hpp"

namespace davit::aws::local::gateway {
namespace {

Json route_settings(const Throttle& throttle)
{
  Json document = {{"detailedMetricsEnabled", false}};
  if (throttle.rate) {
    document["throttlingRateLimit"] = *throttle.rate;
  }
  if (throttle.burst) {
    document["throttlingBurstLimit"] = *throttle.burst;
  }
  return document;
}

}  // namespace

Json integration_document(const Integration& integration)
{
  return {{"integrationId", integration.id},
          {"integrationType", "AWS_PROXY"},
          {"integrationUri", integration.function_arn},
          {"integrationMethod", "POST"},
          {"payloadFormatVersion", integration.payload_format},
          {"connectionType", "INTERNET"},
          {"timeoutInMillis", integration.timeout_ms}};
}

Json route_document(const Route& route)
{
  Json document = {{"routeId", route.id},
                   {"routeKey", route.key},
                   {"target", "integrations/" + route.integration_id},
                   {"authorizationType", route.authorization},
                   {"apiKeyRequired", false}};
  if (!route.authorizer_id.empty()) {
    document["authorizerId"] = route.authorizer_id;
  }
  if (!route.scopes.empty()) {
    document["authorizationScopes"] = route.scopes;
  }
  return document;
}

Json stage_document(const Stage& stage)
{
  Json document = {{"stageName", stage.name},
                   {"autoDeploy", stage.auto_deploy},
                   {"stageVariables", stage.variables},
                   {"defaultRouteSettings", route_settings(stage.throttle)},
                   {"routeSettings", Json::object()}};
  for (const auto& [key, throttle] : stage.route_throttles) {
    document["routeSettings"][key] = route_settings(throttle);
  }
  if (!stage.description.empty()) {
    document["description"] = stage.description;
  }
  if (!stage.tags.empty()) {
    document["tags"] = stage.tags;
  }
  if (!stage.deployment_id.empty()) {
    document["deploymentId"] = stage.deployment_id;
  }
  if (!stage.log_group_arn.empty()) {
    document["accessLogSettings"] = {{"destinationArn", stage.log_group_arn}, {"format", stage.log_format}};
  }
  return document;
}

Json deployment_document(const Deployment& deployment)
{
  return {{"deploymentId", deployment.id},
          {"deploymentStatus", "DEPLOYED"},
          {"autoDeployed", false},
          {"description", deployment.description},
          {"createdDate", deployment.created}};
}

Json authorizer_document(const Authorizer& authorizer)
{
  Json document = {{"authorizerId", authorizer.id},
                   {"name", authorizer.name},
                   {"authorizerType", authorizer.type},
                   {"identitySource", authorizer.identity_sources}};
  if (authorizer.type == "JWT") {
    document["jwtConfiguration"] = {{"issuer", authorizer.issuer}, {"audience", authorizer.audience}};
    return document;
  }
  document["authorizerUri"] = invocation_uri(authorizer.function_arn);
  document["authorizerPayloadFormatVersion"] = authorizer.payload_format;
  document["enableSimpleResponses"] = authorizer.simple_responses;
  document["authorizerResultTtlInSeconds"] = authorizer.ttl_s;
  return document;
}

}  // namespace davit::aws::local::gateway
