// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/http_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/apigateway_documents.hpp"

namespace davit::aws::local::gateway {
namespace {

using HttpLabels = std::map<std::string, std::string>;

const std::string& id_of(const Stage& stage)
{
  return stage.name;
}

const std::string& id_of(const Authorizer& authorizer)
{
  return authorizer.id;
}

const std::string& id_of(const Deployment& deployment)
{
  return deployment.id;
}

const std::string& id_of(const Route& route)
{
  return route.id;
}

const std::string& id_of(const Integration& integration)
{
  return integration.id;
}

template <typename Element, typename Document>
Answer<Json> list_of(const std::vector<Element>& elements, Document to_document)
{
  Json items = Json::array();
  std::transform(elements.begin(), elements.end(), std::back_inserter(items), to_document);
  return Json{{"items", std::move(items)}};
}

template <typename Element, typename Document>
Answer<Json> one_of(const std::vector<Element>& elements, const std::string& id, const char* what, Document to_document)
{
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const Element& element) { return id_of(element) == id; });
  return found == elements.end() ? Answer<Json>(not_found(what, id)) : to_document(*found);
}

template <typename Element>
Answer<Json> erase_from(std::vector<Element>& elements, const std::string& id, const char* what)
{
  const bool erased = std::erase_if(elements, [&](const Element& element) { return id_of(element) == id; }) > 0;
  return erased ? Answer<Json>(Json::object()) : not_found(what, id);
}

Answer<Json> erase_integration(Api& api, const std::string& id)
{
  const auto user = std::find_if(api.routes.begin(), api.routes.end(), [&](const Route& route) { return route.integration_id == id; });
  if (user != api.routes.end()) {
    return refuse("ConflictException", fmt::format("Cannot delete Integration '{}' due to a reference from Route '{}'.", id, user->id),
                  409);
  }
  return erase_from(api.integrations, id, "Integration");
}

}  // namespace

const std::map<std::string, HttpOperation>& http_operations()
{
  static const std::map<std::string, HttpOperation> k_operations{
      {"GetIntegrations", {[](Api& api, const HttpLabels&, const Json&) { return list_of(api.integrations, integration_document); }}},
      {"GetRoutes", {[](Api& api, const HttpLabels&, const Json&) { return list_of(api.routes, route_document); }}},
      {"GetStages", {[](Api& api, const HttpLabels&, const Json&) { return list_of(api.stages, stage_document); }}},
      {"GetAuthorizers", {[](Api& api, const HttpLabels&, const Json&) { return list_of(api.authorizers, authorizer_document); }}},
      {"GetDeployments", {[](Api& api, const HttpLabels&, const Json&) { return list_of(api.deployments, deployment_document); }}},
      {"GetAuthorizer", {[](Api& api, const HttpLabels& labels, const Json&) {
         return one_of(api.authorizers, labels.at("AuthorizerId"), "Authorizer", authorizer_document);
       }}},
      {"GetDeployment", {[](Api& api, const HttpLabels& labels, const Json&) {
         return one_of(api.deployments, labels.at("DeploymentId"), "Deployment", deployment_document);
       }}},
      {"GetIntegration", {[](Api& api, const HttpLabels& labels, const Json&) {
         return one_of(api.integrations, labels.at("IntegrationId"), "Integration", integration_document);
       }}},
      {"GetRoute",
       {[](Api& api, const HttpLabels& labels, const Json&) { return one_of(api.routes, labels.at("RouteId"), "Route", route_document); }}},
      {"GetStage", {[](Api& api, const HttpLabels& labels, const Json&) {
         return one_of(api.stages, labels.at("StageName"), "Stage", stage_document);
       }}},
      {"CreateIntegration", {[](Api& api, const HttpLabels&, const Json& input) { return create_integration(api, input); }, true}},
      {"CreateRoute", {[](Api& api, const HttpLabels&, const Json& input) { return create_route(api, input); }, true}},
      {"CreateStage", {[](Api& api, const HttpLabels&, const Json& input) { return create_stage(api, input); }, true}},
      {"CreateAuthorizer", {[](Api& api, const HttpLabels&, const Json& input) { return create_authorizer(api, input); }, true}},
      {"CreateDeployment", {[](Api& api, const HttpLabels&, const Json& input) { return create_deployment(api, input); }, true}},
      {"UpdateAuthorizer",
       {[](Api& api, const HttpLabels& labels, const Json& input) { return update_authorizer(api, labels.at("AuthorizerId"), input); },
        true}},
      {"UpdateIntegration",
       {[](Api& api, const HttpLabels& labels, const Json& input) { return update_integration(api, labels.at("IntegrationId"), input); },
        true}},
      {"UpdateRoute",
       {[](Api& api, const HttpLabels& labels, const Json& input) { return update_route(api, labels.at("RouteId"), input); }, true}},
      {"UpdateStage",
       {[](Api& api, const HttpLabels& labels, const Json& input) { return update_stage(api, labels.at("StageName"), input); }, true}},
      {"DeleteAuthorizer",
       {[](Api& api, const HttpLabels& labels, const Json&) {
          return erase_from(api.authorizers, labels.at("AuthorizerId"), "Authorizer");
        },
        true}},
      {"DeleteDeployment",
       {[](Api& api, const HttpLabels& labels, const Json&) {
          return erase_from(api.deployments, labels.at("DeploymentId"), "Deployment");
        },
        true}},
      {"DeleteRoute",
       {[](Api& api, const HttpLabels& labels, const Json&) { return erase_from(api.routes, labels.at("RouteId"), "Route"); }, true}},
      {"DeleteStage",
       {[](Api& api, const HttpLabels& labels, const Json&) { return erase_from(api.stages, labels.at("StageName"), "Stage"); }, true}},
      {"DeleteIntegration",
       {[](Api& api, const HttpLabels& labels, const Json&) { return erase_integration(api, labels.at("IntegrationId")); }, true}},
      {"DeleteCorsConfiguration",
       {[](Api& api, const HttpLabels&, const Json&) {
          api.cors.reset();
          return Answer<Json>(Json::object());
        },
        true}},
      {"DeleteAccessLogSettings",
       {[](Api& api, const HttpLabels& labels, const Json&) { return delete_access_log(api, labels.at("StageName")); }, true}},
      {"DeleteRouteSettings",
       {[](Api& api, const HttpLabels& labels, const Json&) {
          return delete_route_settings(api, labels.at("StageName"), labels.at("RouteKey"));
        },
        true}},
  };
  return k_operations;
}

}  // namespace davit::aws::local::gateway
