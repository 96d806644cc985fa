// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/front_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/gateway/cors.hpp"
#include "aws/local/gateway/proxy_event.hpp"
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

std::size_t head_size(const http::Request& request)
{
  std::size_t size = request.method.size() + request.url.path.size() + request.url.query.size();
  for (const auto& [name, value] : request.headers.fields()) {
    size += name.size() + value.size();
  }
  return size;
}

const Api* choose(const std::vector<Api>& apis, const std::string& host)
{
  const auto label = host.substr(0, host.find('.'));
  const auto named = std::find_if(apis.begin(), apis.end(), [&](const Api& api) { return api.id == label; });
  return named != apis.end() ? &*named : apis.empty() ? nullptr : &apis.front();
}

/// The stage, and the path below it.
struct StagedPath {
  std::string stage;
  std::string path;
};

std::optional<StagedPath> split_stage(const Api& api, const std::string& path)
{
  const auto end = std::min(path.find('/', 1), path.size());
  const std::string first = path.substr(1, end - 1);
  const auto has = [&](std::string_view stage) { return std::find(api.stages.begin(), api.stages.end(), stage) != api.stages.end(); };
  if (has(first)) {
    return StagedPath{first, end == path.size() ? "/" : path.substr(end)};
  }
  return has(k_default_stage) ? std::optional(StagedPath{k_default_stage, path}) : std::nullopt;
}

std::string new_trace_id(TimePoint now)
{
  return fmt::format("Root=1-{:08x}-{}", now.time_since_epoch().count() / 1000, to_hex(crypto::random_bytes(12)));
}

}  // namespace

http::Response FrontDoor::handle(const server::IncomingRequest& request)
{
  // Sixteen characters that end in "=", as API Gateway's extended request ids do.
  const std::string request_id = to_base64(crypto::random_bytes(11));
  http::Response response;
  try {
    const auto apis = m_apis.all();
    const Api* api = apis ? choose(*apis, request.message.url.host) : nullptr;
    response = !apis ? internal_server_error() : api == nullptr ? message(404, "Not Found") : answer(request, *api, request_id);
  } catch (const std::exception&) {
    response = internal_server_error();
  }
  response.headers.set("apigw-requestid", request_id);
  return response;
}

http::Response FrontDoor::answer(const server::IncomingRequest& request, const Api& api, const std::string& request_id)
{
  if (head_size(request.message) > k_head_limit) {
    return message(431, "Request Header Fields Too Large");
  }
  if (request.body_too_large) {
    return message(413, "Request Entity Too Large");
  }
  if (!api.cors) {
    return proxy(request, api, request_id);
  }
  if (auto preflight = answer_preflight(*api.cors, request.message)) {
    return std::move(*preflight);
  }
  http::Response response = proxy(request, api, request_id);
  apply_cors(*api.cors, request.message, response.headers);
  return response;
}

http::Response FrontDoor::proxy(const server::IncomingRequest& request, const Api& api, const std::string& request_id)
{
  const auto staged = split_stage(api, request.message.url.path);
  const auto match = staged ? match_route(api, request.message.method, staged->path) : std::nullopt;
  if (!match) {
    return message(404, "Not Found");
  }
  const Integration* integration = api.integration(match->route->integration_id);
  if (integration == nullptr) {
    return internal_server_error();
  }
  const TimePoint now = m_clock();
  const std::string trace_id = request.message.headers.get("x-amzn-trace-id").value_or(new_trace_id(now));
  return call(*integration, {.payload = proxy_event(request, {.account_id = api.account,
                                                              .api_id = api.id,
                                                              .stage = staged->stage,
                                                              .route_key = match->route->key,
                                                              .request_id = request_id,
                                                              .trace_id = trace_id,
                                                              .path_parameters = match->path_parameters,
                                                              .time = now}),
                             .trace_id = trace_id});
}

http::Response FrontDoor::call(const Integration& integration, const lambda::InvokeRequest& event)
{
  const auto name = lambda::parse_function_name({}, integration.function_arn);
  const auto function = name ? m_functions.find({.account_id = name->account, .region = name->region}, name->name)
                             : Result<std::optional<lambda::Function>>();
  if (!function || !*function) {
    return internal_server_error();
  }
  const auto result = invoke(**function, integration, event);
  if (!result) {
    const int status = result.error().status;
    return status == 429 || status == 504 ? message(503, "Service Unavailable") : internal_server_error();
  }
  auto response = result->function_error ? std::nullopt : proxy_response(result->payload);
  return response ? std::move(*response) : internal_server_error();
}

/// The gateway gives up after the integration's time limit; the function goes on, as it does in Lambda.
Answer<lambda::InvokeResult> FrontDoor::invoke(const lambda::Function& function, const Integration& integration,
                                               const lambda::InvokeRequest& event)
{
  const std::chrono::milliseconds limit(integration.timeout_ms);
  if (std::chrono::seconds(function.timeout_s) <= limit) {
    return m_invoker.invoke(function, event);
  }
  return m_invoker.invoke_within(limit, function, event);
}

}  // namespace davit::aws::local::gateway
