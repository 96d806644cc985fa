// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/apigateway_service.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr front::RestRoute k_routes[] = {
    {"POST", "/v2/apis", "CreateApi"},
    {"GET", "/v2/apis", "GetApis"},
    {"GET", "/v2/apis/{ApiId}", "GetApi"},
    {"PATCH", "/v2/apis/{ApiId}", "UpdateApi"},
    {"DELETE", "/v2/apis/{ApiId}", "DeleteApi"},
    {"DELETE", "/v2/apis/{ApiId}/cors", "DeleteCorsConfiguration"},
    {"POST", "/v2/apis/{ApiId}/integrations", "CreateIntegration"},
    {"GET", "/v2/apis/{ApiId}/integrations", "GetIntegrations"},
    {"POST", "/v2/apis/{ApiId}/routes", "CreateRoute"},
    {"GET", "/v2/apis/{ApiId}/integrations/{IntegrationId}", "GetIntegration"},
    {"GET", "/v2/apis/{ApiId}/routes", "GetRoutes"},
    {"GET", "/v2/apis/{ApiId}/routes/{RouteId}", "GetRoute"},
    {"DELETE", "/v2/apis/{ApiId}/routes/{RouteId}", "DeleteRoute"},
    {"POST", "/v2/apis/{ApiId}/stages", "CreateStage"},
    {"GET", "/v2/apis/{ApiId}/stages", "GetStages"},
    {"GET", "/v2/apis/{ApiId}/stages/{StageName}", "GetStage"},
    {"DELETE", "/v2/apis/{ApiId}/stages/{StageName}", "DeleteStage"},
    {"PATCH", "/v2/apis/{ApiId}/integrations/{IntegrationId}", "UpdateIntegration"},
    {"DELETE", "/v2/apis/{ApiId}/integrations/{IntegrationId}", "DeleteIntegration"},
    {"PATCH", "/v2/apis/{ApiId}/routes/{RouteId}", "UpdateRoute"},
    {"PATCH", "/v2/apis/{ApiId}/stages/{StageName}", "UpdateStage"},
    {"POST", "/v2/apis/{ApiId}/authorizers", "CreateAuthorizer"},
    {"GET", "/v2/apis/{ApiId}/authorizers", "GetAuthorizers"},
    {"GET", "/v2/apis/{ApiId}/authorizers/{AuthorizerId}", "GetAuthorizer"},
    {"PATCH", "/v2/apis/{ApiId}/authorizers/{AuthorizerId}", "UpdateAuthorizer"},
    {"DELETE", "/v2/apis/{ApiId}/authorizers/{AuthorizerId}", "DeleteAuthorizer"},
    {"POST", "/restapis", "CreateRestApi"},
    {"GET", "/restapis", "GetRestApis"},
    {"GET", "/restapis/{ApiId}", "GetRestApi"},
    {"DELETE", "/restapis/{ApiId}", "DeleteRestApi"},
    {"GET", "/restapis/{ApiId}/resources", "RestGetResources"},
    {"GET", "/restapis/{ApiId}/resources/{ResourceId}", "RestGetResource"},
    {"POST", "/restapis/{ApiId}/resources/{ParentId}", "RestCreateResource"},
    {"DELETE", "/restapis/{ApiId}/resources/{ResourceId}", "RestDeleteResource"},
    {"PUT", "/restapis/{ApiId}/resources/{ResourceId}/methods/{HttpMethod}", "RestPutMethod"},
    {"GET", "/restapis/{ApiId}/resources/{ResourceId}/methods/{HttpMethod}", "RestGetMethod"},
    {"PUT", "/restapis/{ApiId}/resources/{ResourceId}/methods/{HttpMethod}/integration", "RestPutIntegration"},
    {"GET", "/restapis/{ApiId}/resources/{ResourceId}/methods/{HttpMethod}/integration", "RestGetIntegration"},
    {"PUT", "/restapis/{ApiId}/resources/{ResourceId}/methods/{HttpMethod}/responses/{StatusCode}", "RestPutResponse"},
    {"PUT", "/restapis/{ApiId}/resources/{ResourceId}/methods/{HttpMethod}/integration/responses/{StatusCode}", "RestPutResponse"},
    {"POST", "/restapis/{ApiId}/deployments", "RestCreateDeployment"},
    {"GET", "/restapis/{ApiId}/deployments", "RestGetDeployments"},
    {"POST", "/restapis/{ApiId}/stages", "RestCreateStage"},
    {"GET", "/restapis/{ApiId}/stages", "RestGetStages"},
    {"GET", "/restapis/{ApiId}/stages/{StageName}", "RestGetStage"},
    {"DELETE", "/restapis/{ApiId}/stages/{StageName}", "RestDeleteStage"},
    {"POST", "/restapis/{ApiId}/authorizers", "RestCreateAuthorizer"},
    {"GET", "/restapis/{ApiId}/authorizers", "RestGetAuthorizers"},
    {"GET", "/restapis/{ApiId}/authorizers/{AuthorizerId}", "RestGetAuthorizer"},
    {"DELETE", "/restapis/{ApiId}/authorizers/{AuthorizerId}", "RestDeleteAuthorizer"},
    // Known by name only, to refuse them by it.
    {"POST", "/v2/apis/{ApiId}/deployments", "CreateDeployment"},
    {"GET", "/v2/apis/{ApiId}/deployments", "GetDeployments"},
    {"PUT", "/v2/apis", "ImportApi"},
    {"POST", "/v2/domainnames", "CreateDomainName"},
    {"GET", "/v2/domainnames", "GetDomainNames"},
    {"POST", "/v2/vpclinks", "CreateVpcLink"},
    {"GET", "/v2/tags/{ResourceArn}", "GetTags"},
    {"POST", "/v2/tags/{ResourceArn}", "TagResource"},
    {"DELETE", "/v2/tags/{ResourceArn}", "UntagResource"},
    {"PATCH", "/restapis/{ApiId}/stages/{StageName}", "UpdateRestStage"},
    {"PATCH", "/restapis/{ApiId}", "UpdateRestApi"},
    {"PUT", "/restapis", "ImportRestApi"},
    {"GET", "/apikeys", "GetApiKeys"},
    {"GET", "/usageplans", "GetUsagePlans"},
};

}  // namespace

std::span<const front::RestRoute> apigateway_routes()
{
  return k_routes;
}

}  // namespace davit::aws::local::gateway
