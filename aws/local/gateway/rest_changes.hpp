// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/fault.hpp"
#include "aws/local/gateway/api.hpp"
#include "aws/local/service.hpp"

/// REST APIs, which are kept as the same thing as HTTP APIs: a method of a resource is a route, and its integration bears the route's id.
/// https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
namespace davit::aws::local::gateway {

/// What an operation on a REST API does; `input` is its document, `labels` what stood in its path.
using RestOperation = Answer<Json>(Api& api, const std::map<std::string, std::string>& labels, const Json& input);

RestOperation rest_update_api;
RestOperation rest_get_resources, rest_get_resource, rest_create_resource, rest_update_resource, rest_delete_resource;
RestOperation rest_put_method, rest_get_method, rest_update_method, rest_delete_method;
RestOperation rest_put_method_response, rest_get_method_response, rest_update_method_response, rest_delete_method_response;
RestOperation rest_put_integration, rest_get_integration, rest_update_integration, rest_delete_integration;
RestOperation rest_put_integration_response, rest_get_integration_response, rest_update_integration_response;
RestOperation rest_delete_integration_response;
RestOperation rest_create_deployment, rest_get_deployments, rest_get_deployment, rest_update_deployment, rest_delete_deployment;
RestOperation rest_create_stage, rest_get_stage, rest_get_stages, rest_update_stage, rest_delete_stage;
RestOperation rest_create_authorizer, rest_get_authorizers, rest_get_authorizer, rest_update_authorizer, rest_delete_authorizer;
RestOperation rest_put_gateway_response, rest_get_gateway_response, rest_get_gateway_responses, rest_update_gateway_response;
RestOperation rest_delete_gateway_response;

/// A new REST API with its root resource.
Answer<Api> new_rest_api(const Json& input);
Json rest_api_document(const Api& api);

/// Refuses a method's authorization that is not served, or whose authorizer is missing or of another kind.
Answer<void> check_rest_authorization(const Api& api, const Route& route);

}  // namespace davit::aws::local::gateway
