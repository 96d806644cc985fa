// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/api_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/time.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/gateway/access_log.hpp"
#include "aws/local/gateway/apigateway_documents.hpp"
#include "aws/local/gateway/route_match.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

/// A quick create: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html ("target")
Answer<void> apply_target(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto target, input::text(input, "target"));
  DAVIT_ANSWER_ASSIGN(const auto key, input::text(input, "routeKey"));
  if (!target) {
    return {};
  }
  DAVIT_ANSWER_ASSIGN(const auto arn, function_arn_of(*target));
  if (!is_route_key(key.value_or(k_default_route))) {
    return bad_request(fmt::format("The provided route key is not formatted properly: {}", *key));
  }
  if (api.integrations.empty()) {
    api.integrations.push_back({.id = new_id(7)});
    api.routes.push_back({.id = new_id(7), .key = key.value_or(k_default_route), .integration_id = api.integrations.front().id});
    api.stages.push_back({.name = k_default_stage});
  }
  api.integrations.front().function_arn = arn;
  return {};
}

template <typename Element>
Answer<Element*> element_of(std::vector<Element>& elements, std::string Element::*id_member, const std::string& id, const char* what)
{
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const Element& each) { return each.*id_member == id; });
  if (found == elements.end()) {
    return not_found(what, id);
  }
  return &*found;
}

Answer<void> apply_integration(Integration& integration, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto type, input::text(input, "integrationType"));
  DAVIT_ANSWER_ASSIGN(const auto format, input::text(input, "payloadFormatVersion"));
  DAVIT_ANSWER_ASSIGN(const auto uri, input::text(input, "integrationUri"));
  DAVIT_ANSWER_ASSIGN(const auto timeout, input::integer(input, "timeoutInMillis"));
  integration.payload_format = format.value_or(integration.payload_format);
  if (type.value_or("AWS_PROXY") != "AWS_PROXY") {
    return bad_request("The local AWS serves integrations of type AWS_PROXY only");
  }
  if (integration.payload_format != "2.0" && integration.payload_format != "1.0") {
    return bad_request("PayloadFormatVersion is a required parameter for integration");
  }
  if (timeout && (*timeout < 50 || *timeout > 30'000)) {
    return bad_request("Timeout should be between 50 ms and 30000 ms");
  }
  integration.timeout_ms = static_cast<int>(timeout.value_or(integration.timeout_ms));
  if (uri || integration.function_arn.empty()) {
    DAVIT_ANSWER_ASSIGN(integration.function_arn, function_arn_of(uri.value_or("")));
  }
  return {};
}

Answer<void> apply_route_authorization(const Api& api, Route& route, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto authorization, input::text(input, "authorizationType"));
  DAVIT_ANSWER_ASSIGN(const auto authorizer_id, input::text(input, "authorizerId"));
  route.authorization = authorization.value_or(route.authorization);
  route.authorizer_id = authorizer_id.value_or(route.authorizer_id);
  if (input.contains("authorizationScopes")) {
    DAVIT_ANSWER_ASSIGN(route.scopes, input::texts(input, "authorizationScopes"));
  }
  if (route.authorization == "NONE" || route.authorization == "AWS_IAM") {
    route.authorizer_id.clear();
    route.scopes.clear();
    return {};
  }
  if (route.authorization != "JWT" && route.authorization != "CUSTOM") {
    return bad_request(fmt::format("The local AWS does not serve authorization type {}", route.authorization));
  }
  const Authorizer* authorizer = api.authorizer(route.authorizer_id);
  if (authorizer == nullptr || (authorizer->type == "JWT") != (route.authorization == "JWT")) {
    return bad_request(
        fmt::format("Invalid authorizer ID specified. Setting the authorization type to {0} requires a valid {1} authorizer.",
                    route.authorization, route.authorization == "JWT" ? "JWT" : "CUSTOM"));
  }
  return {};
}

Answer<void> apply_route(const Api& api, Route& route, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto key, input::text(input, "routeKey"));
  DAVIT_ANSWER_ASSIGN(const auto target, input::text(input, "target"));
  if (key && *key != route.key) {
    if (!is_route_key(*key)) {
      return bad_request(fmt::format("The provided route key is not formatted properly: {}", *key));
    }
    if (std::any_of(api.routes.begin(), api.routes.end(), [&](const Route& each) { return each.key == *key; })) {
      return refuse("ConflictException", fmt::format("Route with key {} already exists for this API", *key), 409);
    }
    route.key = *key;
  }
  if (target) {
    route.integration_id = target->substr(target->find('/') + 1);
    if (api.integration(route.integration_id) == nullptr) {
      return not_found("Integration", route.integration_id);
    }
  }
  return apply_route_authorization(api, route, input);
}

Throttle throttle_of(const Json& settings)
{
  Throttle throttle;
  if (settings.contains("throttlingRateLimit") && settings["throttlingRateLimit"].is_number()) {
    throttle.rate = settings["throttlingRateLimit"].get<double>();
  }
  if (settings.contains("throttlingBurstLimit") && settings["throttlingBurstLimit"].is_number()) {
    throttle.burst = settings["throttlingBurstLimit"].get<int>();
  }
  return throttle;
}

Answer<void> apply_stage(Stage& stage, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "description"));
  DAVIT_ANSWER_ASSIGN(stage.auto_deploy, input::flag(input, "autoDeploy", stage.auto_deploy));
  DAVIT_ANSWER_ASSIGN(const auto deployment, input::text(input, "deploymentId"));
  stage.description = description.value_or(stage.description);
  stage.deployment_id = deployment.value_or(stage.deployment_id);
  if (input.contains("tags") && !input["tags"].is_null()) {
    stage.tags = input["tags"].get<std::map<std::string, std::string>>();
  }
  if (input.contains("stageVariables") && !input["stageVariables"].is_null()) {
    stage.variables = input["stageVariables"].get<std::map<std::string, std::string>>();
  }
  if (input.contains("defaultRouteSettings") && !input["defaultRouteSettings"].is_null()) {
    stage.throttle = throttle_of(input["defaultRouteSettings"]);
  }
  if (input.contains("routeSettings") && !input["routeSettings"].is_null()) {
    stage.route_throttles.clear();
    for (const auto& [key, settings] : input["routeSettings"].items()) {
      stage.route_throttles.emplace(key, throttle_of(settings));
    }
  }
  return apply_access_log(stage, input.value("accessLogSettings", Json::object()));
}

Answer<void> apply_jwt(Authorizer& authorizer, const Json& input)
{
  const Json configuration = input.value("jwtConfiguration", Json::object());
  DAVIT_ANSWER_ASSIGN(const auto issuer, input::text(configuration, "issuer"));
  authorizer.issuer = issuer.value_or(authorizer.issuer);
  if (configuration.contains("audience")) {
    DAVIT_ANSWER_ASSIGN(authorizer.audience, input::texts(configuration, "audience"));
  }
  if (!authorizer.issuer.starts_with("http")) {
    return bad_request(
        fmt::format("Invalid issuer: {}. Issuer must have a valid discovery endpoint ended with "
                    "'/.well-known/openid-configuration'",
                    authorizer.issuer));
  }
  if (authorizer.identity_sources.size() != 1) {
    return bad_request("IdentitySource of a JWT authorizer is one value, like $request.header.Authorization");
  }
  return {};
}

Answer<void> apply_request(Authorizer& authorizer, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto uri, input::text(input, "authorizerUri"));
  DAVIT_ANSWER_ASSIGN(const auto format, input::text(input, "authorizerPayloadFormatVersion"));
  DAVIT_ANSWER_ASSIGN(const auto ttl, input::integer(input, "authorizerResultTtlInSeconds"));
  DAVIT_ANSWER_ASSIGN(authorizer.simple_responses, input::flag(input, "enableSimpleResponses", authorizer.simple_responses));
  if (uri || authorizer.function_arn.empty()) {
    DAVIT_ANSWER_ASSIGN(authorizer.function_arn, function_arn_of(uri.value_or("")));
  }
  authorizer.payload_format = format.value_or(authorizer.payload_format);
  authorizer.ttl_s = static_cast<int>(ttl.value_or(authorizer.ttl_s));
  if (authorizer.payload_format != "1.0" && authorizer.payload_format != "2.0") {
    return bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer");
  }
  if (authorizer.simple_responses && authorizer.payload_format != "2.0") {
    return bad_request("EnableSimpleResponses needs AuthorizerPayloadFormatVersion 2.0");
  }
  return authorizer.ttl_s < 0 || authorizer.ttl_s > 3600
             ? Answer<void>(bad_request("AuthorizerResultTtlInSeconds must be between 0 and 3600"))
             : Answer<void>();
}

Answer<void> apply_authorizer(Authorizer& authorizer, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::text(input, "name"));
  authorizer.name = name.value_or(authorizer.name);
  if (input.contains("identitySource")) {
    DAVIT_ANSWER_ASSIGN(authorizer.identity_sources, input::texts(input, "identitySource"));
  }
  if (authorizer.type == "JWT") {
    return apply_jwt(authorizer, input);
  }
  return authorizer.type == "REQUEST" ? apply_request(authorizer, input)
                                      : bad_request(fmt::format("Authorizer type {} is none of JWT and REQUEST", authorizer.type));
}

}  // namespace

Answer<void> apply_access_log(Stage& stage, const Json& settings)
{
  DAVIT_ANSWER_ASSIGN(const auto arn, input::text(settings, "destinationArn"));
  DAVIT_ANSWER_ASSIGN(const auto format, input::text(settings, "format"));
  stage.log_group_arn = arn.value_or(stage.log_group_arn);
  stage.log_format = format.value_or(stage.log_format);
  if (!stage.log_group_arn.empty() && log_group_of(stage.log_group_arn).empty()) {
    return bad_request("The local AWS writes access logs to the ARN of a CloudWatch Logs group");
  }
  if (!stage.log_group_arn.empty() && stage.log_format.find("$context.requestId") == std::string::npos &&
      stage.log_format.find("$context.extendedRequestId") == std::string::npos) {
    return bad_request("AccessLogSettings format must contain at least $context.requestId or $context.extendedRequestId");
  }
  return {};
}

Answer<std::string> function_arn_of(const std::string& uri)
{
  constexpr std::string_view k_path = ":lambda:path/2015-03-31/functions/";
  std::string arn = uri;
  if (const auto at = uri.find(k_path); at != std::string::npos) {
    arn = uri.substr(at + k_path.size());
    arn = arn.substr(0, arn.rfind("/invocations"));
  }
  if (!arn.starts_with("arn:aws:lambda:") || arn.find(":function:") == std::string::npos) {
    return bad_request(fmt::format("Invalid integration {}: the local AWS takes the ARN of a Lambda function", uri));
  }
  return arn;
}

std::string invocation_uri(const std::string& function_arn)
{
  const auto region = function_arn.substr(15, function_arn.find(':', 15) - 15);
  return fmt::format("arn:aws:apigateway:{}:lambda:path/2015-03-31/functions/{}/invocations", region, function_arn);
}

tl::unexpected<Fault> bad_request(std::string text)
{
  return refuse("BadRequestException", std::move(text), 400);
}

tl::unexpected<Fault> not_found(const std::string& what, const std::string& id)
{
  return refuse("NotFoundException", fmt::format("Invalid {} identifier specified {}", what, id), 404);
}

std::string new_id(std::size_t length)
{
  static constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string id;
  for (const char byte : crypto::random_bytes(length)) {
    id += k_letters[static_cast<unsigned char>(byte) % k_letters.size()];
  }
  return id;
}

Answer<void> apply_settings(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::text(input, "name"));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "description"));
  api.name = name.value_or(api.name);
  api.description = description.value_or(api.description);
  if (input.contains("tags") && !input["tags"].is_null()) {
    api.tags = input["tags"].get<std::map<std::string, std::string>>();
  }
  if (input.contains("corsConfiguration") && !input["corsConfiguration"].is_null()) {
    api.cors = cors_from_json(input["corsConfiguration"]);
    const auto& origins = api.cors->allow_origins;
    if (api.cors->allow_credentials && std::find(origins.begin(), origins.end(), "*") != origins.end()) {
      return bad_request("Allow Credentials cannot be true while Allow Origins is *");
    }
  }
  return apply_target(api, input);
}

Answer<Json> create_integration(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN([[maybe_unused]] const auto type, input::required_text(input, "integrationType", "BadRequestException"));
  Integration integration{.id = new_id(7)};
  if (const auto applied = apply_integration(integration, input); !applied) {
    return tl::unexpected(applied.error());
  }
  api.integrations.push_back(integration);
  return integration_document(integration);
}

Answer<Json> update_integration(Api& api, const std::string& id, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(Integration * integration, element_of(api.integrations, &Integration::id, id, "Integration"));
  return apply_integration(*integration, input).map([&] { return integration_document(*integration); });
}

Answer<Json> create_route(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN([[maybe_unused]] const auto key, input::required_text(input, "routeKey", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN([[maybe_unused]] const auto target, input::required_text(input, "target", "BadRequestException"));
  Route route{.id = new_id(7)};
  if (const auto applied = apply_route(api, route, input); !applied) {
    return tl::unexpected(applied.error());
  }
  api.routes.push_back(route);
  return route_document(route);
}

Answer<Json> update_route(Api& api, const std::string& id, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(Route * route, element_of(api.routes, &Route::id, id, "Route"));
  return apply_route(api, *route, input).map([&] { return route_document(*route); });
}

Answer<Json> create_stage(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "stageName", "BadRequestException"));
  if (api.stage(name) != nullptr) {
    return refuse("ConflictException", "Stage already exists", 409);
  }
  Stage stage{.name = name, .auto_deploy = false};
  if (const auto applied = apply_stage(stage, input); !applied) {
    return tl::unexpected(applied.error());
  }
  api.stages.push_back(stage);
  return stage_document(stage);
}

Answer<Json> update_stage(Api& api, const std::string& name, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(Stage * stage, element_of(api.stages, &Stage::name, name, "Stage"));
  return apply_stage(*stage, input).map([&] { return stage_document(*stage); });
}

Answer<Json> create_authorizer(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto type, input::required_text(input, "authorizerType", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN([[maybe_unused]] const auto name, input::required_text(input, "name", "BadRequestException"));
  Authorizer authorizer{.id = new_id(6), .type = type};
  if (const auto applied = apply_authorizer(authorizer, input); !applied) {
    return tl::unexpected(applied.error());
  }
  api.authorizers.push_back(authorizer);
  return authorizer_document(authorizer);
}

Answer<Json> update_authorizer(Api& api, const std::string& id, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(Authorizer * authorizer, element_of(api.authorizers, &Authorizer::id, id, "Authorizer"));
  return apply_authorizer(*authorizer, input).map([&] { return authorizer_document(*authorizer); });
}

Answer<Json> create_deployment(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "description"));
  DAVIT_ANSWER_ASSIGN(const auto stage_name, input::text(input, "stageName"));
  const Deployment made{.id = new_id(6), .description = description.value_or(""), .created = to_rfc3339(system_now())};
  if (!stage_name.value_or("").empty()) {
    DAVIT_ANSWER_ASSIGN(Stage * stage, element_of(api.stages, &Stage::name, *stage_name, "Stage"));
    stage->deployment_id = made.id;
  }
  api.deployments.push_back(made);
  return deployment_document(made);
}

Answer<Json> delete_access_log(Api& api, const std::string& stage_name)
{
  DAVIT_ANSWER_ASSIGN(Stage * stage, element_of(api.stages, &Stage::name, stage_name, "Stage"));
  stage->log_group_arn.clear();
  stage->log_format.clear();
  return Json::object();
}

Answer<Json> delete_route_settings(Api& api, const std::string& stage_name, const std::string& route_key)
{
  DAVIT_ANSWER_ASSIGN(Stage * stage, element_of(api.stages, &Stage::name, stage_name, "Stage"));
  return stage->route_throttles.erase(route_key) > 0 ? Answer<Json>(Json::object()) : not_found("RouteSettings", route_key);
}

}  // namespace davit::aws::local::gateway
