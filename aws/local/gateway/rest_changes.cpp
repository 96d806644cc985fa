// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/time.hpp"
#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

using Labels = std::map<std::string, std::string>;

const Resource* resource_of(const Api& api, const Labels& labels, const char* label = "ResourceId")
{
  const auto found =
      std::find_if(api.resources.begin(), api.resources.end(), [&](const Resource& each) { return each.id == labels.at(label); });
  return found == api.resources.end() ? nullptr : &*found;
}

tl::unexpected<Fault> no_resource()
{
  return refuse("NotFoundException", "Invalid Resource identifier specified", 404);
}

tl::unexpected<Fault> no_method()
{
  return refuse("NotFoundException", "Invalid Method identifier specified", 404);
}

/// The id of a method's route.
std::string method_id(const Labels& labels)
{
  return labels.at("ResourceId") + "-" + labels.at("HttpMethod");
}

Route* method_of(Api& api, const Labels& labels)
{
  const std::string id = method_id(labels);
  const auto found = std::find_if(api.routes.begin(), api.routes.end(), [&](const Route& each) { return each.id == id; });
  return found == api.routes.end() ? nullptr : &*found;
}

Json rest_integration_document(const Integration& integration)
{
  return {{"type", "AWS_PROXY"},
          {"httpMethod", "POST"},
          {"uri", invocation_uri(integration.function_arn)},
          {"passthroughBehavior", "WHEN_NO_MATCH"},
          {"timeoutInMillis", integration.timeout_ms},
          {"cacheNamespace", integration.id.substr(0, integration.id.find('-'))},
          {"cacheKeyParameters", Json::array()}};
}

Json method_document(const Api& api, const Route& route)
{
  Json document = {
      {"httpMethod", route.id.substr(route.id.find('-') + 1)}, {"authorizationType", route.authorization}, {"apiKeyRequired", false}};
  if (!route.authorizer_id.empty()) {
    document["authorizerId"] = route.authorizer_id;
  }
  if (!route.scopes.empty()) {
    document["authorizationScopes"] = route.scopes;
  }
  if (const Integration* integration = api.integration(route.integration_id)) {
    document["methodIntegration"] = rest_integration_document(*integration);
  }
  return document;
}

Json resource_document(const Api& api, const Resource& resource)
{
  Json document = {{"id", resource.id}, {"path", resource.path}};
  if (!resource.parent_id.empty()) {
    document["parentId"] = resource.parent_id;
    document["pathPart"] = resource.path.substr(resource.path.rfind('/') + 1);
  }
  for (const auto& route : api.routes) {
    if (route.id.starts_with(resource.id + "-")) {
      document["resourceMethods"][route.id.substr(resource.id.size() + 1)] = method_document(api, route);
    }
  }
  return document;
}

Json rest_stage_document(const Stage& stage)
{
  Json document = {
      {"stageName", stage.name}, {"deploymentId", stage.deployment_id}, {"cacheClusterEnabled", false}, {"tracingEnabled", false}};
  if (!stage.variables.empty()) {
    document["variables"] = stage.variables;
  }
  return document;
}

std::map<std::string, std::string> variables_of(const Json& input)
{
  return input.contains("variables") && input["variables"].is_object() ? input["variables"].get<std::map<std::string, std::string>>()
                                                                       : std::map<std::string, std::string>{};
}

}  // namespace

Answer<Api> new_rest_api(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "name", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "description"));
  DAVIT_ANSWER_ASSIGN(const auto binary, input::texts(input, "binaryMediaTypes"));
  Api api{.id = new_id(10), .name = name, .description = description.value_or(""), .is_rest = true, .binary_types = binary};
  api.resources.push_back({.id = new_id(10), .path = "/"});
  return api;
}

Json rest_api_document(const Api& api)
{
  const auto created = parse_time(api.created);
  Json document = {{"id", api.id},
                   {"name", api.name},
                   {"createdDate", created ? created->time_since_epoch().count() / 1000 : 0},
                   {"apiKeySource", "HEADER"},
                   {"endpointConfiguration", {{"types", {"EDGE"}}, {"ipAddressType", "ipv4"}}},
                   {"disableExecuteApiEndpoint", false},
                   {"rootResourceId", api.resources.front().id},
                   {"tags", api.tags}};
  if (!api.description.empty()) {
    document["description"] = api.description;
  }
  if (!api.binary_types.empty()) {
    document["binaryMediaTypes"] = api.binary_types;
  }
  return document;
}

Answer<Json> rest_get_resources(Api& api, const Labels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  for (const auto& resource : api.resources) {
    items.push_back(resource_document(api, resource));
  }
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_get_resource(Api& api, const Labels& labels, const Json& /*input*/)
{
  const Resource* resource = resource_of(api, labels);
  return resource == nullptr ? Answer<Json>(no_resource()) : resource_document(api, *resource);
}

Answer<Json> rest_create_resource(Api& api, const Labels& labels, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto part, input::required_text(input, "pathPart", "BadRequestException"));
  const Resource* parent = resource_of(api, labels, "ParentId");
  if (parent == nullptr) {
    return no_resource();
  }
  const std::string path = (parent->path == "/" ? "" : parent->path) + "/" + part;
  if (std::any_of(api.resources.begin(), api.resources.end(), [&](const Resource& each) { return each.path == path; })) {
    return refuse("ConflictException", "Another resource with the same parent already has this name: " + part, 409);
  }
  api.resources.push_back({.id = new_id(6), .parent_id = parent->id, .path = path});
  return resource_document(api, api.resources.back());
}

Answer<Json> rest_delete_resource(Api& api, const Labels& labels, const Json& /*input*/)
{
  const Resource* resource = resource_of(api, labels);
  if (resource == nullptr || resource->parent_id.empty()) {
    return no_resource();
  }
  const Resource gone = *resource;
  const auto is_below = [&](const Resource& each) { return each.path == gone.path || each.path.starts_with(gone.path + "/"); };
  for (const auto& each : api.resources) {
    if (is_below(each)) {
      std::erase_if(api.routes, [&](const Route& route) { return route.id.starts_with(each.id + "-"); });
    }
  }
  std::erase_if(api.resources, is_below);
  return Json::object();
}

Answer<Json> rest_put_method(Api& api, const Labels& labels, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto authorization, input::required_text(input, "authorizationType", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto authorizer_id, input::text(input, "authorizerId"));
  DAVIT_ANSWER_ASSIGN(const auto scopes, input::texts(input, "authorizationScopes"));
  DAVIT_ANSWER_ASSIGN(const bool needs_key, input::flag(input, "apiKeyRequired"));
  const Resource* resource = resource_of(api, labels);
  if (resource == nullptr) {
    return no_resource();
  }
  if (method_of(api, labels) != nullptr) {
    return refuse("ConflictException", "Method already exists for this resource", 409);
  }
  Route route{.id = method_id(labels),
              .key = labels.at("HttpMethod") + " " + resource->path,
              .integration_id = method_id(labels),
              .authorization = authorization,
              .authorizer_id = authorizer_id.value_or(""),
              .scopes = scopes};
  if (needs_key) {
    return bad_request("The local AWS serves methods without API keys only");
  }
  if (const auto checked = check_rest_authorization(api, route); !checked) {
    return tl::unexpected(checked.error());
  }
  api.routes.push_back(std::move(route));
  return method_document(api, api.routes.back());
}

Answer<Json> rest_get_method(Api& api, const Labels& labels, const Json& /*input*/)
{
  const Route* route = method_of(api, labels);
  return route == nullptr ? Answer<Json>(no_method()) : method_document(api, *route);
}

Answer<Json> rest_put_integration(Api& api, const Labels& labels, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto type, input::required_text(input, "type", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto uri, input::text(input, "uri"));
  DAVIT_ANSWER_ASSIGN(const auto timeout, input::integer(input, "timeoutInMillis"));
  if (method_of(api, labels) == nullptr) {
    return no_method();
  }
  if (type != "AWS_PROXY") {
    return bad_request("The local AWS serves integrations of type AWS_PROXY only");
  }
  if (timeout && (*timeout < 50 || *timeout > 29'000)) {
    return bad_request("Timeout should be between 50 ms and 29000 ms");
  }
  DAVIT_ANSWER_ASSIGN(const auto arn, function_arn_of(uri.value_or("")));
  std::erase_if(api.integrations, [&](const Integration& each) { return each.id == method_id(labels); });
  api.integrations.push_back(
      {.id = method_id(labels), .function_arn = arn, .timeout_ms = static_cast<int>(timeout.value_or(29'000)), .payload_format = "rest"});
  return rest_integration_document(api.integrations.back());
}

Answer<Json> rest_get_integration(Api& api, const Labels& labels, const Json& /*input*/)
{
  const Integration* integration = api.integration(method_id(labels));
  return integration == nullptr ? Answer<Json>(refuse("NotFoundException", "Invalid Integration identifier specified", 404))
                                : rest_integration_document(*integration);
}

/// A proxy integration passes on what the function answers, whatever the responses say that were declared.
Answer<Json> rest_put_response(Api& api, const Labels& labels, const Json& /*input*/)
{
  return method_of(api, labels) == nullptr ? Answer<Json>(no_method()) : Json{{"statusCode", labels.at("StatusCode")}};
}

Answer<Json> rest_create_deployment(Api& api, const Labels& /*labels*/, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto stage_name, input::text(input, "stageName"));
  if (api.routes.empty()) {
    return bad_request("The REST API doesn't contain any methods");
  }
  if (std::any_of(api.routes.begin(), api.routes.end(),
                  [&](const Route& route) { return api.integration(route.integration_id) == nullptr; })) {
    return bad_request("No integration defined for method");
  }
  api.deployments.push_back(new_id(6));
  if (stage_name) {
    std::erase_if(api.stages, [&](const Stage& stage) { return stage.name == *stage_name; });
    api.stages.push_back({.name = *stage_name, .variables = variables_of(input), .deployment_id = api.deployments.back()});
  }
  return Json{{"id", api.deployments.back()}};
}

Answer<Json> rest_get_deployments(Api& api, const Labels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  for (const auto& id : api.deployments) {
    items.push_back({{"id", id}});
  }
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_create_stage(Api& api, const Labels& /*labels*/, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "stageName", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto deployment, input::required_text(input, "deploymentId", "BadRequestException"));
  if (std::find(api.deployments.begin(), api.deployments.end(), deployment) == api.deployments.end()) {
    return bad_request("Deployment id does not exist");
  }
  if (api.stage(name) != nullptr) {
    return refuse("ConflictException", "Stage already exists", 409);
  }
  api.stages.push_back({.name = name, .variables = variables_of(input), .deployment_id = deployment});
  return rest_stage_document(api.stages.back());
}

Answer<Json> rest_get_stage(Api& api, const Labels& labels, const Json& /*input*/)
{
  const Stage* stage = api.stage(labels.at("StageName"));
  return stage == nullptr ? Answer<Json>(refuse("NotFoundException", "Invalid stage identifier specified", 404))
                          : rest_stage_document(*stage);
}

Answer<Json> rest_get_stages(Api& api, const Labels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  for (const auto& stage : api.stages) {
    items.push_back(rest_stage_document(stage));
  }
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_delete_stage(Api& api, const Labels& labels, const Json& /*input*/)
{
  const bool erased = std::erase_if(api.stages, [&](const Stage& stage) { return stage.name == labels.at("StageName"); }) > 0;
  return erased ? Answer<Json>(Json::object()) : refuse("NotFoundException", "Invalid stage identifier specified", 404);
}

}  // namespace davit::aws::local::gateway
