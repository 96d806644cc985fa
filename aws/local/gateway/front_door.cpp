// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/front_door.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/gateway/access_log.hpp"
#include "aws/local/gateway/cognito_authorizer.hpp"
#include "aws/local/gateway/cors.hpp"
#include "aws/local/gateway/exchange.hpp"
#include "aws/local/gateway/iam_authorizer.hpp"
#include "aws/local/gateway/mock_integration.hpp"
#include "aws/local/gateway/proxy_event.hpp"
#include "aws/local/gateway/rest_refusal.hpp"
#include "aws/local/gateway/route_match.hpp"
#include "aws/local/lambda/function_name.hpp"

namespace davit::aws::local::gateway {
namespace {

/// Request line and headers together.
constexpr std::size_t k_head_limit = 10'240;

http::Response message(int status, const std::string& text)
{
  return {.status = status, .headers = {{"content-type", "application/json"}}, .body = dump_json(Json{{"message", text}})};
}

http::Response internal_server_error()
{
  return message(500, "Internal Server Error");
}

std::string event_of(const server::IncomingRequest& request, const ProxyContext& context, std::string_view format)
{
  return format == "rest"  ? proxy_event_rest(request, context)
         : format == "1.0" ? proxy_event_v1(request, context)
                           : proxy_event(request, context);
}

std::size_t head_size(const http::Request& request)
{
  std::size_t size = request.method.size() + request.url.path.size() + request.url.query.size();
  for (const auto& [name, value] : request.headers.fields()) {
    size += name.size() + value.size();
  }
  return size;
}

const Api* api_named(const std::vector<Api>& apis, const std::string& id)
{
  const auto named = std::find_if(apis.begin(), apis.end(), [&](const Api& api) { return api.id == id; });
  return named == apis.end() ? nullptr : &*named;
}

http::Response refusal_response(const AuthorizationRefusal& refusal)
{
  http::Response response = refusal.status == 401   ? message(401, "Unauthorized")
                            : refusal.status == 403 ? message(403, "Forbidden")
                                                    : internal_server_error();
  if (!refusal.challenge.empty()) {
    response.headers.add("www-authenticate", refusal.challenge);
  }
  return response;
}

/// A log stream of an access log: API Gateway writes to some of hashed names.
std::string access_log_stream(const Api& api, const Stage& stage)
{
  return fmt::format("{}-{}", api.id, stage.name == k_default_stage ? "default" : stage.name);
}

}  // namespace

FrontDoor::FrontDoor(FrontDoorParts parts)
    : m_parts(std::move(parts)),
      m_jwt_authorizers(m_parts.user_pools, m_parts.clock),
      m_request_authorizers(m_parts.resolver, m_parts.invoker)
{
}

http::Response FrontDoor::handle(const server::IncomingRequest& request)
{
  const auto choose = [&](const std::vector<Api>& apis) {
    const std::string& host = request.message.url.host;
    const Api* named = api_named(apis, host.substr(0, host.find('.')));
    return named != nullptr || apis.empty() ? named : &apis.front();
  };
  return handle_with(choose, request);
}

http::Response FrontDoor::handle_for(const std::string& api_id, const server::IncomingRequest& request)
{
  return handle_with([&](const std::vector<Api>& apis) { return api_named(apis, api_id); }, request);
}

http::Response FrontDoor::handle_with(const std::function<const Api*(const std::vector<Api>&)>& choose,
                                      const server::IncomingRequest& request)
{
  // Sixteen characters that end in "=", as API Gateway's extended request ids do.
  const std::string request_id = to_base64(crypto::random_bytes(11));
  http::Response response;
  try {
    const auto apis = m_parts.apis.all();
    const Api* api = apis ? choose(**apis) : nullptr;
    if (api == nullptr) {
      response = apis ? message(404, "Not Found") : internal_server_error();
    } else {
      Exchange exchange{.request = request, .api = *api};
      exchange.context.request_id = api->is_rest ? crypto::random_uuid() : request_id;
      exchange.context.extended_request_id = request_id;
      response = answer(exchange);
      if (api->is_rest) {
        dress_as_rest(exchange, response);
      }
      log(exchange, response);
    }
  } catch (const std::exception&) {
    response = internal_server_error();
  }
  if (!response.headers.get("x-amz-apigw-id")) {
    response.headers.set("apigw-requestid", request_id);
  }
  return response;
}

/// A REST API's refusals and identifiers are others than an HTTP API's.
void FrontDoor::dress_as_rest(Exchange& exchange, http::Response& response)
{
  if (exchange.is_own_answer) {
    const RestRefusal refusal = rest_refusal(response.status, exchange.refusal);
    exchange.error = refusal.message;
    exchange.response_type = refusal.response_type;
    response.status = refusal.status;
    response =
        refusal_answer(refusal, exchange.api.gateway_responses, [&](const std::string& name) { return exchange.value(name, response); });
  }
  response.headers.set("x-amzn-requestid", exchange.context.request_id);
  response.headers.set("x-amz-apigw-id", exchange.context.extended_request_id);
}

http::Response FrontDoor::answer(Exchange& exchange)
{
  const auto& request = exchange.request;
  exchange.context.time = m_parts.clock();
  exchange.context.trace_id = trace_id_of(request.message, exchange.context.time);
  if (head_size(request.message) > k_head_limit) {
    return message(431, "Request Header Fields Too Large");
  }
  if (request.body_too_large) {
    return message(413, "Request Entity Too Large");
  }
  const auto& cors = exchange.api.cors;
  if (!cors) {
    return route(exchange);
  }
  if (auto preflight = answer_preflight(*cors, request.message)) {
    return std::move(*preflight);
  }
  http::Response response = route(exchange);
  apply_cors(*cors, request.message, response.headers);
  return response;
}

http::Response FrontDoor::route(Exchange& exchange)
{
  const auto staged = split_stage(exchange.api, exchange.request.message.url.path);
  if (!staged) {
    return message(404, "Not Found");
  }
  exchange.stage = staged->stage;
  const auto match = match_route(exchange.api, exchange.request.message.method, staged->path);
  auto& context = exchange.context;
  context.account_id = exchange.api.account;
  context.region = exchange.api.region;
  context.api_id = exchange.api.id;
  context.stage = staged->stage->name;
  context.stage_variables = staged->stage->variables;
  context.path = staged->path;
  context.deployment_id = staged->stage->deployment_id;
  context.binary_types = exchange.api.binary_types;
  if (!match) {
    exchange.error = "Not Found";
    return message(404, exchange.error);
  }
  exchange.route = match->route;
  context.route_key = match->route->key;
  context.path_parameters = match->path_parameters;
  context.resource_id = exchange.api.is_rest ? match->route->id.substr(0, match->route->id.find('-')) : "";
  if (!m_throttler.admits(exchange.api, *staged->stage, match->route->key)) {
    exchange.error = "Too Many Requests";
    return message(429, exchange.error);
  }
  const Integration* integration = exchange.api.integration(match->route->integration_id);
  return integration == nullptr ? internal_server_error() : authorized(exchange, *integration);
}

http::Response FrontDoor::authorized(Exchange& exchange, const Integration& integration)
{
  auto authorization = authorize(exchange);
  if (!authorization) {
    exchange.refusal = std::move(authorization).error();
    const int status = exchange.refusal.status;
    exchange.error = status == 401 ? "Unauthorized" : status == 403 ? "Forbidden" : "Internal Server Error";
    return refusal_response(exchange.refusal);
  }
  exchange.context.authorizer = std::move(*authorization);
  return integration.is_mock ? mock(exchange, integration) : call(exchange, integration);
}

http::Response FrontDoor::mock(Exchange& exchange, const Integration& integration)
{
  http::Response none;
  auto response = mock_response(integration, exchange.request, [&](const std::string& name) { return exchange.value(name, none); });
  if (!response) {
    exchange.integration_error = "The integration has no response for the status that its request template names";
    return internal_server_error();
  }
  exchange.integration_status = std::to_string(response->status);
  exchange.is_own_answer = false;
  return std::move(*response);
}

Authorization FrontDoor::authorize(const Exchange& exchange)
{
  const Route& route = *exchange.route;
  if (route.authorization == "NONE") {
    return OrderedJson(nullptr);
  }
  if (route.authorization == "AWS_IAM") {
    return authorize_by_signature(exchange.request.message, m_parts.credentials, m_parts.clock());
  }
  const Authorizer* authorizer = exchange.api.authorizer(route.authorizer_id);
  if (authorizer == nullptr) {
    return tl::unexpected(AuthorizationRefusal{.status = 500, .error = "the authorizer was deleted"});
  }
  if (authorizer->type == "COGNITO_USER_POOLS") {
    return authorize_by_user_pool(m_parts.user_pools, *authorizer, route, exchange.request, exchange.context);
  }
  return authorizer->type == "JWT" ? m_jwt_authorizers.authorize(*authorizer, route, exchange.request, exchange.context)
                                   : m_request_authorizers.authorize(*authorizer, exchange.request, exchange.context);
}

http::Response FrontDoor::call(Exchange& exchange, const Integration& integration)
{
  const auto name = lambda::parse_function_name({}, integration.function_arn);
  const auto function = name ? m_parts.resolver.choose(*name) : tl::unexpected(name.error());
  if (!function) {
    exchange.integration_error = function.error().message;
    return internal_server_error();
  }
  const auto started = std::chrono::steady_clock::now();
  const auto result = invoke(*function, integration,
                             {.payload = event_of(exchange.request, exchange.context, integration.payload_format),
                              .invoked_arn = integration.function_arn,
                              .trace_id = exchange.context.trace_id});
  exchange.integration_time = std::chrono::steady_clock::now() - started;
  if (!result) {
    const int status = result.error().status;
    exchange.integration_error = result.error().message;
    return status == 429 || status == 504 ? message(503, "Service Unavailable") : internal_server_error();
  }
  exchange.integration_status = "200";
  auto response = result->function_error ? std::nullopt : proxy_response(result->payload, integration.payload_format);
  if (!response) {
    exchange.integration_error =
        result->function_error ? "The function ended in an error" : "The response from the Lambda function is malformed";
    return internal_server_error();
  }
  exchange.is_own_answer = false;
  return std::move(*response);
}

/// The gateway gives up after the integration's time limit; the function goes on, as it does in Lambda.
Answer<lambda::InvokeResult> FrontDoor::invoke(const lambda::Function& function, const Integration& integration,
                                               const lambda::InvokeRequest& event)
{
  const std::chrono::milliseconds limit(integration.timeout_ms);
  if (std::chrono::seconds(function.timeout_s) <= limit) {
    return m_parts.invoker.invoke(function, event);
  }
  return m_parts.invoker.invoke_within(limit, function, event);
}

void FrontDoor::log(const Exchange& exchange, const http::Response& response)
{
  if (exchange.stage == nullptr || exchange.stage->log_group_arn.empty()) {
    return;
  }
  const Stage& stage = *exchange.stage;
  std::string line = access_log_line(stage.log_format, [&](const std::string& name) { return exchange.value(name, response); });
  const Caller owner{.account_id = exchange.api.account, .region = exchange.api.region};
  m_parts.log.append({owner, log_group_of(stage.log_group_arn), access_log_stream(exchange.api, stage)},
                     {.timestamp_ms = m_parts.clock().time_since_epoch().count(), .message = std::move(line)});
}

}  // namespace davit::aws::local::gateway
