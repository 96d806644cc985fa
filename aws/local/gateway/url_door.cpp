// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/url_door.hpp"

#include <fmt/format.h>

#include <exception>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/signature_check.hpp"
#include "aws/local/gateway/cors.hpp"
#include "aws/local/gateway/iam_authorizer.hpp"
#include "aws/local/gateway/proxy_event.hpp"
#include "aws/local/gateway/streamed_answer.hpp"
#include "aws/local/lambda/qualifier.hpp"

namespace davit::aws::local::gateway {
namespace {

http::Response url_message(int status, const std::string& error_type, const Json& text)
{
  http::Response response{.status = status, .headers = {{"content-type", "application/json"}}, .body = dump_json(Json{{"Message", text}})};
  response.headers.add("x-amzn-errortype", error_type);
  return response;
}

/// The members of a URL's Cors are those of an HTTP API, with capital letters.
std::optional<Cors> cors_of(const Json& config)
{
  if (!config.contains("Cors")) {
    return std::nullopt;
  }
  Json document = Json::object();
  for (const auto& [name, value] : config["Cors"].items()) {
    std::string lower = name;
    lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
    document[lower] = value;
  }
  return cors_from_json(document);
}

/// Nobody for a URL that is open; a response instead of a caller who may not.
tl::expected<std::optional<Caller>, http::Response> caller_of(const Json& config, const http::Request& request,
                                                              const CredentialStore& credentials, TimePoint now)
{
  if (config.at("AuthType") != "AWS_IAM") {
    return std::nullopt;
  }
  const auto checked = front::check_signature(request, credentials, now);
  if (checked && checked->service == "lambda") {
    return checked->caller;
  }
  if (checked || checked.error().refusal == front::Refusal::missing_signature) {
    return tl::unexpected(url_message(403, "AccessDeniedException", "Forbidden"));
  }
  const auto fault = front::fault_of(checked.error().refusal, front::Protocol::rest_json, checked.error().message);
  return tl::unexpected(url_message(403, fault.code, fault.message));
}

http::Response refused_invocation(const Fault& fault)
{
  if (fault.status == 429) {
    const Json body = {{"Reason", fault.reason}, {"Type", "User"}, {"message", fault.message}};
    return {.status = 429, .headers = {{"content-type", "application/json"}}, .body = dump_json(body)};
  }
  return url_message(fault.status >= 500 ? 502 : fault.status, fault.code, fault.message);
}

http::Response failed_function()
{
  return {.status = 502, .headers = {{"content-type", "application/json"}}, .body = "Internal Server Error"};
}

server::StreamedResponse at_once(http::Response response)
{
  return {.response = std::move(response)};
}

}  // namespace

server::StreamedResponse UrlDoor::handle(const lambda::FunctionUrl& url, const server::IncomingRequest& request)
{
  const std::string request_id = crypto::random_uuid();
  server::StreamedResponse answered;
  try {
    const auto config =
        m_parts.settings.find(url.owner, url.function, lambda::k_url, url.qualifier.empty() ? lambda::k_latest : url.qualifier);
    const bool is_there = config && *config && (*config)->at("id") == url.id;
    answered = is_there ? answer(url, **config, request, request_id) : at_once(url_message(404, "ResourceNotFoundException", nullptr));
  } catch (const std::exception&) {
    answered = at_once(failed_function());
  }
  answered.response.headers.set("x-amzn-requestid", request_id);
  return answered;
}

server::StreamedResponse UrlDoor::answer(const lambda::FunctionUrl& url, const Json& config, const server::IncomingRequest& request,
                                         const std::string& request_id)
{
  if (request.body_too_large) {
    return at_once(url_message(413, "RequestTooLargeException", "Request Entity Too Large"));
  }
  const auto cors = cors_of(config);
  if (auto preflight = cors ? answer_preflight(*cors, request.message) : std::nullopt) {
    preflight->status = 200;
    return at_once(std::move(*preflight));
  }
  const auto caller = caller_of(config, request.message, m_parts.credentials, m_parts.clock());
  const bool streams = config.at("InvokeMode") == "RESPONSE_STREAM";
  auto answered = caller ? invoke(url, streams, request, request_id, *caller) : at_once(caller.error());
  if (cors) {
    apply_cors(*cors, request.message, answered.response.headers);
  }
  return answered;
}

server::StreamedResponse UrlDoor::invoke(const lambda::FunctionUrl& url, bool streams, const server::IncomingRequest& request,
                                         const std::string& request_id, const std::optional<Caller>& caller)
{
  const lambda::FunctionName name{
      .account = url.owner.account_id, .region = url.owner.region, .name = url.function, .qualifier = url.qualifier};
  const auto function = lambda::QualifierResolver(m_parts.functions, m_parts.settings).choose(name);
  if (!function) {
    return at_once(refused_invocation(function.error()));
  }
  const TimePoint now = m_parts.clock();
  const std::string trace_id = trace_id_of(request.message, now);
  ProxyContext context{.account_id = caller ? caller->account_id : "anonymous",
                       .api_id = url.id,
                       .stage = k_default_stage,
                       .route_key = k_default_route,
                       .request_id = request_id,
                       .trace_id = trace_id,
                       .time = now};
  if (caller) {
    context.authorizer = iam_authorizer(*caller);
  }
  lambda::InvokeRequest event{
      .request_id = request_id, .payload = proxy_event(request, context), .invoked_arn = name.arn(), .trace_id = trace_id};
  if (streams) {
    return stream(*function, std::move(event));
  }
  const auto result = m_parts.invoker.invoke(*function, event);
  if (!result) {
    return at_once(refused_invocation(result.error()));
  }
  auto response = result->function_error ? std::nullopt : proxy_response(result->payload);
  return at_once(response ? std::move(*response) : failed_function());
}

server::StreamedResponse UrlDoor::stream(const lambda::Function& function, lambda::InvokeRequest event)
{
  const auto channel = m_parts.invoker.invoke_streaming(function, std::move(event));
  if (auto answered = streamed_answer(channel)) {
    return std::move(*answered);
  }
  const bool refused = !channel->has_begun() && !channel->result();
  return at_once(refused ? refused_invocation(channel->result().error()) : failed_function());
}

}  // namespace davit::aws::local::gateway
