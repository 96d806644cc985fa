// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/fault.hpp"
#include "aws/local/gateway/api.hpp"

/// What requests change of an API: each reads its document, changes the API, and answers with the document of what it has made or changed.
/// Members that an Update leaves out stay as they are. https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/
namespace davit::aws::local::gateway {

/// Name, description, CORS, and the quick create of `target`.
Answer<void> apply_settings(Api& api, const Json& input);

Answer<Json> create_integration(Api& api, const Json& input);
Answer<Json> update_integration(Api& api, const std::string& id, const Json& input);
Answer<Json> create_route(Api& api, const Json& input);
Answer<Json> update_route(Api& api, const std::string& id, const Json& input);
Answer<Json> create_stage(Api& api, const Json& input);
Answer<Json> update_stage(Api& api, const std::string& name, const Json& input);
Answer<Json> create_authorizer(Api& api, const Json& input);
Answer<Json> update_authorizer(Api& api, const std::string& id, const Json& input);

/// The function of an integration: its ARN, or the path that Terraform's invoke_arn is.
Answer<std::string> function_arn_of(const std::string& uri);
/// That path: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/ARN/invocations".
std::string invocation_uri(const std::string& function_arn);

tl::unexpected<Fault> bad_request(std::string text);
tl::unexpected<Fault> not_found(const std::string& what, const std::string& id);

/// Lower-case letters and digits, as AWS's identifiers.
std::string new_id(std::size_t length);

/// Of a stage's document: {destinationArn, format}. Refuses what is no log group, and a format without the request's id.
Answer<void> apply_access_log(Stage& stage, const Json& settings);

/// Deployments of HTTP APIs are kept by name; one with a stage's name becomes that stage's.
Answer<Json> create_deployment(Api& api, const Json& input);
Answer<Json> delete_access_log(Api& api, const std::string& stage_name);
Answer<Json> delete_route_settings(Api& api, const std::string& stage_name, const std::string& route_key);

}  // namespace davit::aws::local::gateway
