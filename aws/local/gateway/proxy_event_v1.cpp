// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/local/front/rest_route.hpp"
#include "aws/local/gateway/api.hpp"
#include "aws/local/gateway/proxy_event.hpp"

namespace davit::aws::local::gateway {
namespace {

/// Every value of every name, in the order in which they came; names as the first one was written.
using Values = std::vector<std::pair<std::string, std::vector<std::string>>>;

void append(Values& values, const std::string& name, const std::string& value)
{
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const auto& each) { return http::equals_ignoring_case(each.first, name); });
  if (found == values.end()) {
    values.push_back({name, {value}});
  } else {
    found->second.push_back(value);
  }
}

void replace(Values& values, const std::string& name, const std::string& value)
{
  std::erase_if(values, [&](const auto& each) { return http::equals_ignoring_case(each.first, name); });
  values.push_back({name, {value}});
}

Values header_values(const server::IncomingRequest& request, const ProxyContext& context)
{
  Values values;
  for (const auto& [name, value] : request.message.headers.fields()) {
    if (!is_hop_by_hop(lower_case(name))) {
      append(values, name, value);
    }
  }
  const std::string forwarded = request.message.headers.get("x-forwarded-for").value_or("");
  replace(values, "Content-Length", std::to_string(request.message.body.size()));
  replace(values, "X-Amzn-Trace-Id", context.trace_id);
  replace(values, "X-Forwarded-For", forwarded.empty() ? request.source_ip : forwarded + ", " + request.source_ip);
  replace(values, "X-Forwarded-Port", std::to_string(request.message.url.port));
  replace(values, "X-Forwarded-Proto", request.message.url.scheme);
  return values;
}

/// Names compare exactly here, where those of headers do not.
Values query_values(const std::string& query)
{
  Values values;
  for (const auto& [name, value] : front::form_parameters(query)) {
    const auto found = std::find_if(values.begin(), values.end(), [&name = name](const auto& each) { return each.first == name; });
    if (found == values.end()) {
      values.push_back({name, {value}});
    } else {
      found->second.push_back(value);
    }
  }
  return values;
}

/// Adds the members for single values, of which the last one counts, and for all of them; null when there are none.
void add_values(OrderedJson& event, const char* single, const char* multiple, const Values& values)
{
  event[single] = nullptr;
  event[multiple] = nullptr;
  for (const auto& [name, all] : values) {
    event[single][name] = all.back();
    event[multiple][name] = all;
  }
}

/// "/items/{id}" of "GET /items/{id}"; "/$default" of the route that takes everything.
std::string resource_of(const std::string& route_key)
{
  const auto space = route_key.find(' ');
  return space == std::string::npos ? "/" + route_key : route_key.substr(space + 1);
}

OrderedJson authorizer_v1(const OrderedJson& authorizer)
{
  if (authorizer.is_object() && authorizer.contains("jwt")) {
    return authorizer["jwt"];
  }
  if (authorizer.is_object() && authorizer.contains("lambda")) {
    return authorizer["lambda"].is_null() ? OrderedJson::object() : authorizer["lambda"];
  }
  return {{"claims", nullptr}, {"scopes", nullptr}};
}

OrderedJson identity_v1(const server::IncomingRequest& request)
{
  OrderedJson identity;
  for (const char* name : {"accessKey", "accountId", "caller", "cognitoAmr", "cognitoAuthenticationProvider", "cognitoAuthenticationType",
                           "cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId"}) {
    identity[name] = nullptr;
  }
  identity["sourceIp"] = request.source_ip;
  identity["user"] = nullptr;
  identity["userAgent"] = request.message.headers.get("user-agent").value_or("");
  identity["userArn"] = nullptr;
  return identity;
}

OrderedJson request_context_v1(const server::IncomingRequest& request, const ProxyContext& context)
{
  const std::string& domain = request.message.url.host;
  return {{"accountId", context.account_id},
          {"apiId", context.api_id},
          {"authorizer", authorizer_v1(context.authorizer)},
          {"domainName", domain},
          {"domainPrefix", domain.substr(0, domain.find('.'))},
          {"extendedRequestId", context.request_id},
          {"httpMethod", request.message.method},
          {"identity", identity_v1(request)},
          {"path", request.message.url.path},
          {"protocol", request.protocol},
          {"requestId", context.request_id},
          {"requestTime", request_time(context.time)},
          {"requestTimeEpoch", context.time.time_since_epoch().count()},
          {"resourceId", nullptr},
          {"resourcePath", resource_of(context.route_key)},
          {"stage", context.stage}};
}

OrderedJson map_or_null(const std::map<std::string, std::string>& values)
{
  return values.empty() ? OrderedJson(nullptr) : OrderedJson(values);
}

/// Media types as they were configured, "*/*" among them.
bool is_binary(const server::IncomingRequest& request, const ProxyContext& context)
{
  const std::string type(http::media_type_of(request.message.headers.get("content-type").value_or("application/json")));
  const auto covers = [&](const std::string& each) { return each == "*/*" || each == type; };
  return std::any_of(context.binary_types.begin(), context.binary_types.end(), covers);
}

/// What an authorizer's function has said, or what the token of a user pool does.
OrderedJson rest_authorizer(const OrderedJson& authorizer)
{
  if (authorizer.is_object() && authorizer.contains("cognito")) {
    return authorizer["cognito"];
  }
  return authorizer.is_object() && authorizer.contains("lambda") && authorizer["lambda"].is_object() ? authorizer["lambda"]
                                                                                                     : OrderedJson::object();
}

void add_iam_identity(OrderedJson& identity, const OrderedJson& caller)
{
  identity["accessKey"] = caller["accessKey"];
  identity["accountId"] = caller["accountId"];
  identity["caller"] = caller["callerId"];
  identity["user"] = caller["userId"];
  identity["userArn"] = caller["userArn"];
}

OrderedJson request_context_rest(const server::IncomingRequest& request, const ProxyContext& context)
{
  OrderedJson document = request_context_v1(request, context);
  document["resourceId"] = context.resource_id;
  document["extendedRequestId"] = context.extended_request_id;
  document["deploymentId"] = context.deployment_id;
  document.erase("authorizer");
  if (context.authorizer.is_object() && context.authorizer.contains("iam")) {
    add_iam_identity(document["identity"], context.authorizer["iam"]);
  } else if (!context.authorizer.is_null()) {
    document["authorizer"] = rest_authorizer(context.authorizer);
  }
  return document;
}

}  // namespace

std::string proxy_event_rest(const server::IncomingRequest& request, const ProxyContext& context)
{
  const auto& message = request.message;
  OrderedJson event = {{"resource", resource_of(context.route_key)}, {"path", context.path}, {"httpMethod", message.method}};
  add_values(event, "headers", "multiValueHeaders", header_values(request, context));
  add_values(event, "queryStringParameters", "multiValueQueryStringParameters", query_values(message.url.query));
  event["pathParameters"] = map_or_null(context.path_parameters);
  event["stageVariables"] = map_or_null(context.stage_variables);
  event["requestContext"] = request_context_rest(request, context);
  const bool binary = is_binary(request, context);
  event["body"] = message.body.empty() ? OrderedJson(nullptr) : OrderedJson(binary ? to_base64(message.body) : message.body);
  event["isBase64Encoded"] = binary && !message.body.empty();
  return event.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string proxy_event_v1(const server::IncomingRequest& request, const ProxyContext& context)
{
  const auto& message = request.message;
  OrderedJson event = {
      {"version", "1.0"}, {"resource", resource_of(context.route_key)}, {"path", message.url.path}, {"httpMethod", message.method}};
  add_values(event, "headers", "multiValueHeaders", header_values(request, context));
  add_values(event, "queryStringParameters", "multiValueQueryStringParameters", query_values(message.url.query));
  event["requestContext"] = request_context_v1(request, context);
  event["pathParameters"] = map_or_null(context.path_parameters);
  event["stageVariables"] = map_or_null(context.stage_variables);
  const bool text = is_text(message.headers.get("content-type").value_or(""), message.body);
  event["body"] = message.body.empty() ? OrderedJson(nullptr) : OrderedJson(text ? message.body : to_base64(message.body));
  event["isBase64Encoded"] = !text && !message.body.empty();
  return event.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace davit::aws::local::gateway
