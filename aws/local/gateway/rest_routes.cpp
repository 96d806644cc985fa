// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_routes.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr RestEntry k_entries[] = {
    {"RestUpdateApi", rest_update_api, 200},
    {"RestGetResources", rest_get_resources, 200},
    {"RestGetResource", rest_get_resource, 200},
    {"RestCreateResource", rest_create_resource, 201},
    {"RestUpdateResource", rest_update_resource, 200},
    {"RestDeleteResource", rest_delete_resource, 202},
    {"RestPutMethod", rest_put_method, 201},
    {"RestGetMethod", rest_get_method, 200},
    {"RestUpdateMethod", rest_update_method, 200},
    {"RestDeleteMethod", rest_delete_method, 204},
    {"RestPutMethodResponse", rest_put_method_response, 201},
    {"RestGetMethodResponse", rest_get_method_response, 200},
    {"RestUpdateMethodResponse", rest_update_method_response, 201},
    {"RestDeleteMethodResponse", rest_delete_method_response, 204},
    {"RestPutIntegration", rest_put_integration, 201},
    {"RestGetIntegration", rest_get_integration, 200},
    {"RestUpdateIntegration", rest_update_integration, 200},
    {"RestDeleteIntegration", rest_delete_integration, 204},
    {"RestPutIntegrationResponse", rest_put_integration_response, 201},
    {"RestGetIntegrationResponse", rest_get_integration_response, 200},
    {"RestUpdateIntegrationResponse", rest_update_integration_response, 200},
    {"RestDeleteIntegrationResponse", rest_delete_integration_response, 204},
    {"RestCreateDeployment", rest_create_deployment, 201},
    {"RestGetDeployments", rest_get_deployments, 200},
    {"RestGetDeployment", rest_get_deployment, 200},
    {"RestUpdateDeployment", rest_update_deployment, 200},
    {"RestDeleteDeployment", rest_delete_deployment, 202},
    {"RestCreateStage", rest_create_stage, 201},
    {"RestGetStage", rest_get_stage, 200},
    {"RestGetStages", rest_get_stages, 200},
    {"RestUpdateStage", rest_update_stage, 200},
    {"RestDeleteStage", rest_delete_stage, 202},
    {"RestCreateAuthorizer", rest_create_authorizer, 201},
    {"RestGetAuthorizers", rest_get_authorizers, 200},
    {"RestGetAuthorizer", rest_get_authorizer, 200},
    {"RestUpdateAuthorizer", rest_update_authorizer, 200},
    {"RestDeleteAuthorizer", rest_delete_authorizer, 202},
    {"RestPutGatewayResponse", rest_put_gateway_response, 201},
    {"RestGetGatewayResponse", rest_get_gateway_response, 200},
    {"RestGetGatewayResponses", rest_get_gateway_responses, 200},
    {"RestUpdateGatewayResponse", rest_update_gateway_response, 200},
    {"RestDeleteGatewayResponse", rest_delete_gateway_response, 202},
};

}  // namespace

std::span<const RestEntry> rest_entries()
{
  return k_entries;
}

}  // namespace davit::aws::local::gateway
