// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/time.hpp"
#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/rest_patch.hpp"

namespace davit::aws::local::gateway {
namespace {

void add_responses(Json& document, const char* member, const std::map<std::string, std::string>& responses)
{
  for (const auto& [status, response] : responses) {
    document[member][status] = Json::parse(response);
  }
}

}  // namespace

const Resource* rest_resource_of(const Api& api, const RestLabels& labels, const char* label)
{
  const auto found =
      std::find_if(api.resources.begin(), api.resources.end(), [&](const Resource& each) { return each.id == labels.at(label); });
  return found == api.resources.end() ? nullptr : &*found;
}

std::string rest_method_id(const RestLabels& labels)
{
  return labels.at("ResourceId") + "-" + labels.at("HttpMethod");
}

Route* rest_method_of(Api& api, const RestLabels& labels)
{
  const std::string id = rest_method_id(labels);
  const auto found = std::find_if(api.routes.begin(), api.routes.end(), [&](const Route& each) { return each.id == id; });
  return found == api.routes.end() ? nullptr : &*found;
}

Integration* rest_integration_of(Api& api, const RestLabels& labels)
{
  const std::string id = rest_method_id(labels);
  const auto found = std::find_if(api.integrations.begin(), api.integrations.end(), [&](const Integration& each) { return each.id == id; });
  return found == api.integrations.end() ? nullptr : &*found;
}

Json rest_integration_document(const Integration& integration)
{
  Json document = {{"type", integration.is_mock ? "MOCK" : "AWS_PROXY"},
                   {"passthroughBehavior", "WHEN_NO_MATCH"},
                   {"timeoutInMillis", integration.timeout_ms},
                   {"cacheNamespace", integration.id.substr(0, integration.id.find('-'))},
                   {"cacheKeyParameters", Json::array()}};
  if (!integration.is_mock) {
    document["httpMethod"] = "POST";
    document["uri"] = invocation_uri(integration.function_arn);
  }
  add_details(document, integration.details);
  add_responses(document, "integrationResponses", integration.responses);
  return document;
}

Json rest_method_document(const Api& api, const Route& route)
{
  Json document = {
      {"httpMethod", route.id.substr(route.id.find('-') + 1)}, {"authorizationType", route.authorization}, {"apiKeyRequired", false}};
  if (!route.authorizer_id.empty()) {
    document["authorizerId"] = route.authorizer_id;
  }
  if (!route.scopes.empty()) {
    document["authorizationScopes"] = route.scopes;
  }
  add_details(document, route.details);
  add_responses(document, "methodResponses", route.responses);
  if (const Integration* integration = api.integration(route.integration_id)) {
    document["methodIntegration"] = rest_integration_document(*integration);
  }
  return document;
}

Json rest_resource_document(const Api& api, const Resource& resource)
{
  Json document = {{"id", resource.id}, {"path", resource.path}};
  if (!resource.parent_id.empty()) {
    document["parentId"] = resource.parent_id;
    document["pathPart"] = resource.path.substr(resource.path.rfind('/') + 1);
  }
  for (const auto& route : api.routes) {
    if (route.id.starts_with(resource.id + "-")) {
      document["resourceMethods"][route.id.substr(resource.id.size() + 1)] = rest_method_document(api, route);
    }
  }
  return document;
}

tl::unexpected<Fault> no_such(const char* what)
{
  return refuse("NotFoundException", fmt::format("Invalid {} identifier specified", what), 404);
}

double rest_time(const std::string& rfc3339)
{
  const auto time = parse_time(rfc3339);
  return time ? static_cast<double>(time->time_since_epoch().count() / 1000) : 0;
}

}  // namespace davit::aws::local::gateway
