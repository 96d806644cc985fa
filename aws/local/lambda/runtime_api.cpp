// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/runtime_api.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/rest_route.hpp"
#include "aws/local/lambda/runtime_reply.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::chrono::milliseconds k_freeze_delay{3};

constexpr front::RestRoute k_runtime_routes[] = {
    {"GET", "/2018-06-01/runtime/invocation/next", "Next"},
    {"POST", "/2018-06-01/runtime/invocation/{Id}/response", "Response"},
    {"POST", "/2018-06-01/runtime/invocation/{Id}/error", "Error"},
    {"POST", "/2018-06-01/runtime/init/error", "InitError"},
    {"POST", "/2020-01-01/extension/register", "Register"},
    {"GET", "/2020-01-01/extension/event/next", "ExtensionNext"},
    {"POST", "/2020-01-01/extension/init/error", "ExtensionError"},
    {"POST", "/2020-01-01/extension/exit/error", "ExtensionError"},
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

Json extension_event(const Invocation& invocation)
{
  return {{"eventType", "INVOKE"},
          {"deadlineMs", invocation.deadline_ms},
          {"requestId", invocation.request_id},
          {"invokedFunctionArn", invocation.function_arn},
          {"tracing", {{"type", "X-Amzn-Trace-Id"}, {"value", invocation.trace_id}}}};
}

std::string_view text_of(ShutdownReason reason)
{
  switch (reason) {
    case ShutdownReason::spindown:
      return "spindown";
    case ShutdownReason::timeout:
      return "timeout";
    case ShutdownReason::failure:
      return "failure";
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<RuntimeApi>> RuntimeApi::listen(Json function, std::vector<std::string> extensions, RuntimeTurns turns)
{
  std::unique_ptr<RuntimeApi> api(new RuntimeApi());
  api->m_function = std::move(function);
  api->m_extensions.expect(std::move(extensions));
  api->m_turns = std::move(turns);
  DAVIT_TRY_ASSIGN(api->m_server, server::HttpServer::listen(0, {.body = k_response_limit}));
  api->m_server->serve_streams(
      [raw = api.get()](const server::IncomingRequest& head) { return raw->begin_streamed(head); },
      [raw = api.get()](const server::IncomingRequest& request) { return server::StreamedResponse{.response = raw->handle(request)}; });
  return api;
}

RuntimeApi::~RuntimeApi()
{
  stop();
}

void RuntimeApi::stop()
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
  m_changed.wait_until(lock, deadline, [this] { return is_ready() || m_state == State::failed || m_state == State::ended; });
  switch (m_state) {
    case State::starting:
      return RuntimeReply{.kind = RuntimeReply::Kind::timed_out};
    case State::failed:
      return m_reply;
    case State::ended:
      return RuntimeReply{.kind = RuntimeReply::Kind::ended, .end = m_end};
    default:
      return is_ready() ? std::nullopt : std::optional(RuntimeReply{.kind = RuntimeReply::Kind::timed_out});
  }
}

void RuntimeApi::submit(Invocation invocation)
{
  {
    const std::lock_guard lock(m_mutex);
    if (m_state == State::idle) {
      m_turns.waking();
      m_invocation = std::move(invocation);
      m_state = State::submitted;
      if (!m_extensions.is_empty()) {
        m_extensions.announce_invocation(extension_event(m_invocation));
      }
    }
  }
  // Without the lock: who wakes up would have to wait for it at once, here and where a reply comes.
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
  const auto is_idle = [this] { return m_state == State::idle && m_extensions.all_ready(); };
  m_changed.wait_until(lock, deadline, [&] { return is_idle() || m_state == State::ended; });
  return is_idle();
}

/// Between events nothing runs.
void RuntimeApi::note_idle()
{
  if (m_state == State::idle && !m_closing && m_extensions.all_ready()) {
    m_turns.idle();
  }
}

void RuntimeApi::extension_ended(const std::string& name, const ProcessEnd& end)
{
  const std::lock_guard lock(m_mutex);
  if (m_closing || m_state == State::ended || m_state == State::failed) {
    return;
  }
  const Json body = {{"errorType", end.started ? "Extension.Crash" : "Extension.LaunchError"},
                     {"errorMessage", fmt::format("RequestId: {} Error: extension {} exited with error: {}", m_invocation.request_id, name,
                                                  end.started ? end.to_string() : end.start_error)}};
  m_reply = {.kind = RuntimeReply::Kind::error, .body = dump_json(body)};
  m_state = State::failed;
  m_changed.notify_all();
}

bool RuntimeApi::announce_shutdown(ShutdownReason reason, std::int64_t deadline_ms)
{
  const std::lock_guard lock(m_mutex);
  if (m_extensions.is_empty()) {
    return false;
  }
  m_turns.waking();
  m_state = State::ended;
  m_extensions.announce_shutdown({{"eventType", "SHUTDOWN"}, {"shutdownReason", text_of(reason)}, {"deadlineMs", deadline_ms}});
  m_changed.notify_all();
  return true;
}

bool RuntimeApi::has_extensions()
{
  const std::lock_guard lock(m_mutex);
  return !m_extensions.is_empty();
}

bool RuntimeApi::has_external_extensions()
{
  const std::lock_guard lock(m_mutex);
  return m_extensions.has_external();
}

std::vector<std::string> RuntimeApi::extension_lines()
{
  const std::lock_guard lock(m_mutex);
  return m_extensions.log_lines();
}

void RuntimeApi::process_ended(const ProcessEnd& end)
{
  const std::lock_guard lock(m_mutex);
  // A runtime that reported why it cannot start exits afterwards: the report says more.
  if (m_state != State::failed) {
    m_state = State::ended;
  }
  m_end = end;
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
  return match->operation == "InitError" ? post_init_error(request) : extension(match->operation, request);
}

http::Response RuntimeApi::next()
{
  std::unique_lock lock(m_mutex);
  if (m_state == State::invoking || m_state == State::failed) {
    return refuse_transition(name_of(m_state), "Ready");
  }
  if (m_state == State::starting || m_state == State::replied) {
    m_state = State::idle;
    m_extensions.close();
    m_changed.notify_all();
    // Under load the next event is there before it is worth stopping anything.
    m_changed.wait_for(lock, k_freeze_delay, [this] { return m_state == State::submitted || m_closing; });
    note_idle();
  }
  m_changed.wait(lock, [this] { return m_state == State::submitted || m_closing; });
  if (m_state != State::submitted) {
    return error_response(410, "Runtime.Closed", "the environment is shutting down");
  }
  m_state = State::invoking;
  return event_response(m_invocation);
}

http::Response RuntimeApi::post_reply(const std::string& id, RuntimeReply::Kind kind, const server::IncomingRequest& request)
{
  return take_reply(id, kind,
                    request.body_too_large ? RuntimeReply{.kind = RuntimeReply::Kind::too_large} : reply_of(kind, request.message));
}

http::Response RuntimeApi::take_reply(const std::string& id, RuntimeReply::Kind kind, RuntimeReply reply)
{
  const bool is_too_large = reply.kind == RuntimeReply::Kind::too_large;
  const std::size_t limit = reply.limit;
  std::unique_lock lock(m_mutex);
  if (id != m_invocation.request_id) {
    return error_response(400, "InvalidRequestID", "Invalid request ID");
  }
  if (m_state != State::invoking) {
    return refuse_transition(name_of(m_state), kind == RuntimeReply::Kind::response ? "InvocationResponse" : "InvocationErrorResponse");
  }
  m_state = State::replied;
  m_reply = std::move(reply);
  lock.unlock();
  m_changed.notify_all();
  return is_too_large
             ? error_response(413, "RequestEntityTooLarge", fmt::format("Exceeded maximum allowed payload size ({} bytes).", limit))
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

http::Response RuntimeApi::extension(std::string_view operation, const server::IncomingRequest& request)
{
  if (operation == "Subscribe") {
    // Logs and telemetry are accepted and never come, as in AWS's own emulator: programs that subscribe would not start otherwise.
    return {.status = 202, .headers = {{"Content-Type", "text/plain"}}, .body = "OK"};
  }
  if (operation == "Register") {
    return register_extension(request.message);
  }
  std::unique_lock lock(m_mutex);
  const auto extension = m_extensions.find(request.message);
  lock.unlock();
  if (!extension) {
    return extension.error();
  }
  return operation == "ExtensionNext" ? next_extension_event(*extension) : extension_failed(request.message);
}

http::Response RuntimeApi::register_extension(const http::Request& request)
{
  std::unique_lock lock(m_mutex);
  const bool before = m_extensions.all_registered();
  http::Response response = m_extensions.add(request, m_function);
  const bool complete = !before && m_extensions.all_registered();
  lock.unlock();
  if (complete) {
    m_turns.extended();
  }
  return response;
}

http::Response RuntimeApi::next_extension_event(std::size_t extension)
{
  std::unique_lock lock(m_mutex);
  m_extensions.wait_for_event(extension);
  note_idle();
  m_changed.notify_all();
  std::optional<Json> event;
  m_changed.wait(lock, [&] {
    event = m_extensions.take_event(extension);
    return event || m_closing;
  });
  return event ? runtime_response(200, *event) : error_response(410, "Extension.Closed", "the environment is shutting down");
}

/// An extension that says that it cannot go on: the environment cannot, either.
http::Response RuntimeApi::extension_failed(const http::Request& request)
{
  const std::lock_guard lock(m_mutex);
  const std::string type = request.headers.get("lambda-extension-function-error-type").value_or("Extension.InitError");
  if (m_state != State::ended) {
    m_reply = {.kind = RuntimeReply::Kind::error,
               .body = dump_json(Json{{"errorType", type}, {"errorMessage", "the extension reported an error"}})};
    m_state = State::failed;
  }
  m_changed.notify_all();
  return accepted();
}

}  // namespace davit::aws::local::lambda
