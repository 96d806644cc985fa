// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/stored_api.hpp"

#include <nlohmann/json.hpp>

namespace davit::aws::local::gateway {
namespace {

using Texts = std::map<std::string, std::string>;

Json to_json(const Throttle& throttle)
{
  Json document = Json::object();
  if (throttle.rate) {
    document["rate"] = *throttle.rate;
  }
  if (throttle.burst) {
    document["burst"] = *throttle.burst;
  }
  return document;
}

Throttle throttle_from_json(const Json& document)
{
  Throttle throttle;
  if (document.contains("rate")) {
    throttle.rate = document["rate"].get<double>();
  }
  if (document.contains("burst")) {
    throttle.burst = document["burst"].get<int>();
  }
  return throttle;
}

Json to_json(const Stage& stage)
{
  Json routes = Json::object();
  for (const auto& [key, throttle] : stage.route_throttles) {
    routes[key] = to_json(throttle);
  }
  return {{"name", stage.name},
          {"description", stage.description},
          {"variables", stage.variables},
          {"throttle", to_json(stage.throttle)},
          {"routeThrottles", std::move(routes)},
          {"logGroupArn", stage.log_group_arn},
          {"logFormat", stage.log_format},
          {"deploymentId", stage.deployment_id},
          {"autoDeploy", stage.auto_deploy},
          {"tags", stage.tags},
          {"details", stage.details},
          {"methodSettings", stage.method_settings}};
}

Stage stage_from_json(const Json& document)
{
  // Before stages had settings they were names.
  if (document.is_string()) {
    return {.name = document};
  }
  Stage stage{.name = document.at("name"),
              .description = document.at("description"),
              .variables = document.at("variables"),
              .throttle = throttle_from_json(document.at("throttle")),
              .log_group_arn = document.at("logGroupArn"),
              .log_format = document.at("logFormat"),
              .deployment_id = document.value("deploymentId", ""),
              .auto_deploy = document.value("autoDeploy", true),
              .tags = document.value("tags", Texts{}),
              .details = document.value("details", ""),
              .method_settings = document.value("methodSettings", std::map<std::string, Texts>{})};
  for (const auto& [key, throttle] : document.at("routeThrottles").items()) {
    stage.route_throttles.emplace(key, throttle_from_json(throttle));
  }
  return stage;
}

Json to_json(const Authorizer& authorizer)
{
  return {{"id", authorizer.id},
          {"name", authorizer.name},
          {"type", authorizer.type},
          {"identitySources", authorizer.identity_sources},
          {"issuer", authorizer.issuer},
          {"audience", authorizer.audience},
          {"functionArn", authorizer.function_arn},
          {"payloadFormat", authorizer.payload_format},
          {"simpleResponses", authorizer.simple_responses},
          {"ttlS", authorizer.ttl_s},
          {"identityText", authorizer.identity_text},
          {"identityValidation", authorizer.identity_validation},
          {"providerArns", authorizer.provider_arns}};
}

Authorizer authorizer_from_json(const Json& document)
{
  return {.id = document.at("id"),
          .name = document.at("name"),
          .type = document.at("type"),
          .identity_sources = document.at("identitySources"),
          .issuer = document.at("issuer"),
          .audience = document.at("audience"),
          .function_arn = document.at("functionArn"),
          .payload_format = document.at("payloadFormat"),
          .simple_responses = document.at("simpleResponses"),
          .ttl_s = document.at("ttlS"),
          .identity_text = document.value("identityText", ""),
          .identity_validation = document.value("identityValidation", ""),
          .provider_arns = document.value("providerArns", std::vector<std::string>{})};
}

Json to_json(const Integration& integration)
{
  return {{"id", integration.id},
          {"functionArn", integration.function_arn},
          {"timeoutMs", integration.timeout_ms},
          {"payloadFormat", integration.payload_format},
          {"isMock", integration.is_mock},
          {"details", integration.details},
          {"responses", integration.responses}};
}

Json to_json(const Route& route)
{
  return {{"id", route.id},
          {"key", route.key},
          {"integrationId", route.integration_id},
          {"authorization", route.authorization},
          {"authorizerId", route.authorizer_id},
          {"scopes", route.scopes},
          {"details", route.details},
          {"responses", route.responses}};
}

Json to_json(const Deployment& deployment)
{
  return {{"id", deployment.id}, {"description", deployment.description}, {"created", deployment.created}};
}

/// Before deployments had descriptions they were ids.
Deployment deployment_from_json(const Json& document)
{
  return document.is_string()
             ? Deployment{.id = document}
             : Deployment{.id = document.at("id"), .description = document.at("description"), .created = document.at("created")};
}

Json to_json(const Resource& resource)
{
  return {{"id", resource.id}, {"parentId", resource.parent_id}, {"path", resource.path}};
}

template <typename Element>
Json list_to_json(const std::vector<Element>& elements)
{
  Json list = Json::array();
  for (const auto& element : elements) {
    list.push_back(to_json(element));
  }
  return list;
}

void read_lists(Api& api, const Json& document)
{
  for (const auto& each : document.at("stages")) {
    api.stages.push_back(stage_from_json(each));
  }
  for (const auto& each : document.at("integrations")) {
    api.integrations.push_back({.id = each.at("id"),
                                .function_arn = each.at("functionArn"),
                                .timeout_ms = each.at("timeoutMs"),
                                .payload_format = each.value("payloadFormat", "2.0"),
                                .is_mock = each.value("isMock", false),
                                .details = each.value("details", ""),
                                .responses = each.value("responses", Texts{})});
  }
  for (const auto& each : document.at("routes")) {
    api.routes.push_back({.id = each.at("id"),
                          .key = each.at("key"),
                          .integration_id = each.at("integrationId"),
                          .authorization = each.value("authorization", "NONE"),
                          .authorizer_id = each.value("authorizerId", ""),
                          .scopes = each.value("scopes", std::vector<std::string>{}),
                          .details = each.value("details", ""),
                          .responses = each.value("responses", Texts{})});
  }
  for (const auto& each : document.value("resources", Json::array())) {
    api.resources.push_back({.id = each.at("id"), .parent_id = each.at("parentId"), .path = each.at("path")});
  }
  for (const auto& each : document.value("deployments", Json::array())) {
    api.deployments.push_back(deployment_from_json(each));
  }
  for (const auto& each : document.value("authorizers", Json::array())) {
    api.authorizers.push_back(authorizer_from_json(each));
  }
}

}  // namespace

Json document_to_store(const Api& api)
{
  return {{"account", api.account},
          {"region", api.region},
          {"id", api.id},
          {"name", api.name},
          {"description", api.description},
          {"created", api.created},
          {"cors", api.cors ? gateway::to_json(*api.cors) : Json(nullptr)},
          {"stages", list_to_json(api.stages)},
          {"integrations", list_to_json(api.integrations)},
          {"routes", list_to_json(api.routes)},
          {"authorizers", list_to_json(api.authorizers)},
          {"tags", api.tags},
          {"port", api.port},
          {"isRest", api.is_rest},
          {"resources", list_to_json(api.resources)},
          {"deployments", list_to_json(api.deployments)},
          {"binaryTypes", api.binary_types},
          {"details", api.details},
          {"gatewayResponses", api.gateway_responses}};
}

Api stored_api(const Json& document)
{
  Api api{.account = document.at("account"),
          .region = document.at("region"),
          .id = document.at("id"),
          .name = document.at("name"),
          .description = document.at("description"),
          .created = document.at("created"),
          .tags = document.value("tags", std::map<std::string, std::string>{}),
          .port = document.value("port", std::uint16_t{0}),
          .is_rest = document.value("isRest", false),
          .binary_types = document.value("binaryTypes", std::vector<std::string>{}),
          .details = document.value("details", ""),
          .gateway_responses = document.value("gatewayResponses", Texts{})};
  if (!document.at("cors").is_null()) {
    api.cors = cors_from_json(document.at("cors"));
  }
  read_lists(api, document);
  return api;
}

}  // namespace davit::aws::local::gateway
