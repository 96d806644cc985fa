// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_routes.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr RestEntry k_entries[] = {
    {"RestGetResources", rest_get_resources, 200},
    {"RestGetResource", rest_get_resource, 200},
    {"RestCreateResource", rest_create_resource, 201},
    {"RestDeleteResource", rest_delete_resource, 202},
    {"RestPutMethod", rest_put_method, 201},
    {"RestGetMethod", rest_get_method, 200},
    {"RestPutIntegration", rest_put_integration, 201},
    {"RestGetIntegration", rest_get_integration, 200},
    {"RestPutResponse", rest_put_response, 201},
    {"RestCreateDeployment", rest_create_deployment, 201},
    {"RestGetDeployments", rest_get_deployments, 200},
    {"RestCreateStage", rest_create_stage, 201},
    {"RestGetStage", rest_get_stage, 200},
    {"RestGetStages", rest_get_stages, 200},
    {"RestDeleteStage", rest_delete_stage, 202},
    {"RestCreateAuthorizer", rest_create_authorizer, 201},
    {"RestGetAuthorizers", rest_get_authorizers, 200},
    {"RestGetAuthorizer", rest_get_authorizer, 200},
    {"RestDeleteAuthorizer", rest_delete_authorizer, 202},
};

}  // namespace

std::span<const RestEntry> rest_entries()
{
  return k_entries;
}

}  // namespace davit::aws::local::gateway
