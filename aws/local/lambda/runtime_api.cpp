// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/runtime_api.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/rest_route.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr front::RestRoute k_runtime_routes[] = {
    {"GET", "/2018-06-01/runtime/invocation/next", "Next"},
    {"POST", "/2018-06-01/runtime/invocation/{Id}/response", "Response"},
    {"POST", "/2018-06-01/runtime/invocation/{Id}/error", "Error"},
    {"POST", "/2018-06-01/runtime/init/error", "InitError"},
    {"POST", "/2020-01-01/extension/register", "Register"},
    {"GET", "/2020-01-01/extension/event/next", "ExtensionNext"},
    {"PUT", "/2020-08-15/logs", "Subscribe"},
    {"PUT", "/2022-07-01/telemetry", "Subscribe"},
};

http::Response runtime_response(int status, const Json& body)
{
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = dump_json(body)};
}

http::Response accepted()
{
  return runtime_response(202, {{"status", "OK"}});
}

http::Response error_response(int status, const std::string& type, const std::string& message)
{
  return runtime_response(status, {{"errorMessage", message}, {"errorType", type}});
}

http::Response refuse_transition(std::string_view from, std::string_view to)
{
  return error_response(403, "InvalidStateTransition",
                        fmt::format("State transition from {} to {} failed for runtime. Error: State transition is not allowed", from, to));
}

http::Response event_response(const Invocation& invocation)
{
  http::Response response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = invocation.event};
  auto& headers = response.headers;
  headers.add("Lambda-Runtime-Aws-Request-Id", invocation.request_id);
  headers.add("Lambda-Runtime-Deadline-Ms", std::to_string(invocation.deadline_ms));
  headers.add("Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn);
  headers.add("Lambda-Runtime-Trace-Id", invocation.trace_id);
  if (!invocation.client_context.empty()) {
    headers.add("Lambda-Runtime-Client-Context", invocation.client_context);
  }
  return response;
}

/// A streamed response that fails on its way says so in its trailers.
RuntimeReply reply_of(RuntimeReply::Kind kind, const http::Request& request)
{
  if (!request.headers.get("lambda-runtime-function-error-type")) {
    return {.kind = kind, .body = request.body};
  }
  const auto error = from_base64(request.headers.get("lambda-runtime-function-error-body").value_or(""));
  return {.kind = RuntimeReply::Kind::error, .body = kind == RuntimeReply::Kind::response && error ? *error : request.body};
}

}  // namespace

Result<std::unique_ptr<RuntimeApi>> RuntimeApi::listen()
{
  std::unique_ptr<RuntimeApi> api(new RuntimeApi());
  DAVIT_TRY_ASSIGN(api->m_server, server::HttpServer::listen(0, {.body = k_response_limit}));
  api->m_server->serve([raw = api.get()](const server::IncomingRequest& request) { return raw->handle(request); });
  return api;
}

RuntimeApi::~RuntimeApi()
{
  {
    const std::lock_guard lock(m_mutex);
    m_closing = true;
  }
  m_changed.notify_all();
  if (m_server) {
    m_server->stop();
  }
}

std::string RuntimeApi::address() const
{
  return fmt::format("127.0.0.1:{}", m_server->port());
}

std::optional<RuntimeReply> RuntimeApi::wait_until_ready(Deadline deadline)
{
  std::unique_lock lock(m_mutex);
  m_changed.wait_until(lock, deadline, [this] { return m_state != State::starting; });
  switch (m_state) {
    case State::starting:
      return RuntimeReply{.kind = RuntimeReply::Kind::timed_out};
    case State::failed:
      return m_reply;
    case State::ended:
      return RuntimeReply{.kind = RuntimeReply::Kind::ended, .end = m_end};
    default:
      return std::nullopt;
  }
}

void RuntimeApi::submit(Invocation invocation)
{
  const std::lock_guard lock(m_mutex);
  if (m_state == State::idle) {
    m_invocation = std::move(invocation);
    m_state = State::submitted;
  }
  m_changed.notify_all();
}

RuntimeReply RuntimeApi::wait_for_reply(Deadline deadline)
{
  std::unique_lock lock(m_mutex);
  const auto is_over = [this] { return m_state != State::submitted && m_state != State::invoking; };
  if (!m_changed.wait_until(lock, deadline, is_over)) {
    return RuntimeReply{.kind = RuntimeReply::Kind::timed_out};
  }
  return m_state == State::ended && m_reply.kind == RuntimeReply::Kind::timed_out
             ? RuntimeReply{.kind = RuntimeReply::Kind::ended, .end = m_end}
             : std::exchange(m_reply, {});
}

bool RuntimeApi::wait_until_idle(Deadline deadline)
{
  std::unique_lock lock(m_mutex);
  m_changed.wait_until(lock, deadline, [this] { return m_state == State::idle || m_state == State::ended; });
  return m_state == State::idle;
}

void RuntimeApi::process_ended(const ProcessEnd& end)
{
  const std::lock_guard lock(m_mutex);
  // A runtime that reported why it cannot start exits afterwards: the report says more.
  if (m_state != State::failed) {
    m_state = State::ended;
  }
  m_end = end;
  m_closing = true;
  m_changed.notify_all();
}

/// As the errors of Lambda's Runtime API call them.
std::string_view RuntimeApi::name_of(State state)
{
  switch (state) {
    case State::starting:
      return "Started";
    case State::idle:
    case State::submitted:
      return "Ready";
    case State::invoking:
      return "Running";
    case State::replied:
      return "ResponseSent";
    case State::failed:
      return "InitError";
    case State::ended:
      return "Terminated";
  }
  return {};
}

http::Response RuntimeApi::handle(const server::IncomingRequest& request)
{
  const auto match = front::match_route(k_runtime_routes, request.message.method, request.message.url.path);
  if (!match) {
    return error_response(404, "NotFound", fmt::format("{} {} is not served", request.message.method, request.message.url.path));
  }
  if (match->operation == "Next") {
    return next();
  }
  if (match->operation == "Response") {
    return post_reply(match->labels.at("Id"), RuntimeReply::Kind::response, request);
  }
  if (match->operation == "Error") {
    return post_reply(match->labels.at("Id"), RuntimeReply::Kind::error, request);
  }
  return match->operation == "InitError" ? post_init_error(request) : extension(request);
}

http::Response RuntimeApi::next()
{
  std::unique_lock lock(m_mutex);
  if (m_state == State::invoking || m_state == State::failed) {
    return refuse_transition(name_of(m_state), "Ready");
  }
  if (m_state == State::starting || m_state == State::replied) {
    m_state = State::idle;
    m_changed.notify_all();
  }
  m_changed.wait(lock, [this] { return m_state == State::submitted || m_closing; });
  if (m_closing) {
    return error_response(410, "Runtime.Closed", "the environment is shutting down");
  }
  m_state = State::invoking;
  return event_response(m_invocation);
}

http::Response RuntimeApi::post_reply(const std::string& id, RuntimeReply::Kind kind, const server::IncomingRequest& request)
{
  const std::lock_guard lock(m_mutex);
  if (id != m_invocation.request_id) {
    return error_response(400, "InvalidRequestID", "Invalid request ID");
  }
  if (m_state != State::invoking) {
    return refuse_transition(name_of(m_state), kind == RuntimeReply::Kind::response ? "InvocationResponse" : "InvocationErrorResponse");
  }
  m_state = State::replied;
  m_reply = request.body_too_large ? RuntimeReply{.kind = RuntimeReply::Kind::too_large} : reply_of(kind, request.message);
  m_changed.notify_all();
  return request.body_too_large ? error_response(413, "RequestEntityTooLarge",
                                                 fmt::format("Exceeded maximum allowed payload size ({} bytes).", k_response_limit))
                                : accepted();
}

http::Response RuntimeApi::post_init_error(const server::IncomingRequest& request)
{
  const std::lock_guard lock(m_mutex);
  if (m_state != State::starting) {
    return refuse_transition(name_of(m_state), "InitError");
  }
  m_state = State::failed;
  m_reply = {.kind = RuntimeReply::Kind::error, .body = request.message.body};
  m_changed.notify_all();
  return accepted();
}

/// Enough that a program with a built-in extension runs: it may register and subscribe, and its next event never comes.
http::Response RuntimeApi::extension(const server::IncomingRequest& request)
{
  const std::string& path = request.message.url.path;
  if (path.ends_with("/register")) {
    auto response = runtime_response(200, {{"functionName", ""}, {"functionVersion", "$LATEST"}, {"handler", ""}});
    response.headers.add("Lambda-Extension-Identifier", crypto::random_uuid());
    return response;
  }
  if (path.ends_with("/next")) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_closing; });
    return runtime_response(200, {{"eventType", "SHUTDOWN"}, {"shutdownReason", "spindown"}, {"deadlineMs", 0}});
  }
  return {.status = 202, .headers = {{"Content-Type", "text/plain"}}, .body = "OK"};
}

}  // namespace davit::aws::local::lambda
