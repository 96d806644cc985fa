// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/invoker.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::local::lambda {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::chrono::seconds k_init_limit{10};
constexpr std::chrono::milliseconds k_memory_check{50};

std::string error_document(const std::string& type, const std::string& message)
{
  return OrderedJson{{"errorType", type}, {"errorMessage", message}}.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

/// A runtime that fails while it starts knows no request: Lambda fills in the one that it failed for.
std::string with_request_id(const std::string& body, const std::string& request_id)
{
  OrderedJson document = OrderedJson::parse(body, nullptr, false);
  if (!document.is_object() || document.value("requestId", OrderedJson("-")) != "") {
    return body;
  }
  document["requestId"] = request_id;
  return document.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string error_type_of(const std::string& body)
{
  const Json document = Json::parse(body, nullptr, false);
  return document.is_object() && document.contains("errorType") && document["errorType"].is_string() ? document["errorType"].get<std::string>() : "Runtime.Unknown";
}

/// "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=...;Sampled=0": no tracing here, but runtimes expect a header.
std::string new_trace_id(std::int64_t now_ms)
{
  return fmt::format("Root=1-{:08x}-{};Parent={};Sampled=0", now_ms / 1000, to_hex(crypto::random_bytes(12)), to_hex(crypto::random_bytes(8)));
}

}  // namespace

/// One invocation on its way.
struct Invoker::Run {
  const Function& function;
  std::string request_id = crypto::random_uuid();
  std::shared_ptr<Sandbox> sandbox = nullptr;
  std::optional<Milliseconds> init = std::nullopt;  ///< of a cold start
  std::optional<RuntimeReply> init_failure = std::nullopt;
  RuntimeReply reply = {};
  SteadyClock::time_point started = {};
  Milliseconds duration{0};
  std::string log = {};

  [[nodiscard]] SteadyClock::time_point deadline() const { return started + std::chrono::seconds(function.timeout_s); }
  [[nodiscard]] bool keeps_sandbox() const { return reply.kind == RuntimeReply::Kind::response || (reply.kind == RuntimeReply::Kind::error && !init_failure); }
};

Answer<InvokeResult> Invoker::invoke(const Function& function, const InvokeRequest& request)
{
  Run run{.function = function};
  run.sandbox = m_pool.take_idle(function);
  if (!run.sandbox) {
    DAVIT_ANSWER_ASSIGN(run.sandbox, start(function));
    if (const auto initialised = initialise(run); !initialised) {
      return tl::unexpected(initialised.error());
    }
  }
  run.sandbox->write_log(fmt::format("START RequestId: {} Version: {}", run.request_id, k_latest));
  run.started = SteadyClock::now();
  execute(run, request);
  InvokeResult result = report(run);
  run.keeps_sandbox() ? m_pool.give_back(run.sandbox) : m_pool.discard(run.sandbox);
  return result;
}

Answer<std::shared_ptr<Sandbox>> Invoker::start(const Function& function)
{
  auto started = m_pool.start(function);
  if (!started) {
    const Error& error = started.error();
    return refuse("InvalidRuntimeException", error.hint.empty() ? error.message : error.message + " (" + error.hint + ")", 502);
  }
  if (!*started) {
    return refuse("TooManyRequestsException", "Rate Exceeded.", 429);
  }
  return std::move(*started);
}

/// A start that takes longer than its limit is tried once more, on the time of the first event.
Answer<void> Invoker::initialise(Run& run)
{
  auto failure = run.sandbox->api().wait_until_ready(SteadyClock::now() + k_init_limit);
  run.init = run.sandbox->age();
  if (!failure || failure->kind != RuntimeReply::Kind::timed_out) {
    run.init_failure = std::move(failure);
    return {};
  }
  run.sandbox->write_log(fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: init\tStatus: timeout", run.init->count()));
  run.log += run.sandbox->take_log();
  m_pool.discard(std::move(run.sandbox));
  DAVIT_ANSWER_ASSIGN(run.sandbox, start(run.function));
  run.init.reset();
  return {};
}

void Invoker::execute(Run& run, const InvokeRequest& request)
{
  RuntimeApi& api = run.sandbox->api();
  if (!run.init_failure) {
    run.init_failure = api.wait_until_ready(run.deadline());
  }
  if (run.init_failure) {
    run.reply = *run.init_failure;
  } else {
    api.submit({.request_id = run.request_id,
                .function_arn = run.function.arn(),
                .trace_id = new_trace_id(m_clock().time_since_epoch().count()),
                .client_context = request.client_context,
                .deadline_ms = m_clock().time_since_epoch().count() + run.function.timeout_s * 1000,
                .event = request.payload});
    run.reply = wait_for_reply(run);
  }
  run.duration = SteadyClock::now() - run.started;
  if (run.reply.kind == RuntimeReply::Kind::timed_out) {
    run.duration = std::chrono::seconds(run.function.timeout_s);
  }
}

/// Watches the memory meanwhile: a function that outgrows its size is killed, as Lambda's kernel does.
RuntimeReply Invoker::wait_for_reply(Run& run) const
{
  while (true) {
    const auto until = std::min<SteadyClock::time_point>(run.deadline(), SteadyClock::now() + k_memory_check);
    RuntimeReply reply = run.sandbox->api().wait_for_reply(until);
    if (reply.kind != RuntimeReply::Kind::timed_out || SteadyClock::now() >= run.deadline()) {
      return reply;
    }
    if (run.sandbox->process().memory_mb() > run.function.memory_mb) {
      run.sandbox->process().kill();
    }
  }
}

InvokeResult Invoker::report(Run& run)
{
  Sandbox& sandbox = *run.sandbox;
  const std::string prefix = fmt::format("RequestId: {} Error: ", run.request_id);
  const int peak_mb = std::max(1, sandbox.process().peak_memory_mb());
  InvokeResult result{.request_id = run.request_id, .function_error = run.reply.kind != RuntimeReply::Kind::response};
  std::string status;
  run.log += sandbox.take_log();
  switch (run.reply.kind) {
  case RuntimeReply::Kind::response:
    result.payload = std::move(run.reply.body);
    break;
  case RuntimeReply::Kind::error:
    result.payload = with_request_id(run.reply.body, run.request_id);
    status = run.init_failure ? "\tStatus: error\tError Type: " + error_type_of(run.reply.body) : "";
    break;
  case RuntimeReply::Kind::too_large:
    result.payload = error_document("Function.ResponseSizeTooLarge", fmt::format("Response payload size exceeded maximum allowed payload size ({} bytes).", k_response_limit));
    status = "\tStatus: error\tError Type: Function.ResponseSizeTooLarge";
    break;
  case RuntimeReply::Kind::ended: {
    const ProcessEnd& end = run.reply.end;
    const std::string type = end.started ? "Runtime.ExitError" : "Runtime.InvalidEntrypoint";
    const bool silent = end.started && end.signal == 0 && end.exit_status == 0;
    const std::string message =
        prefix + (silent ? "Runtime exited without providing a reason" : end.started ? "Runtime exited with error: " + end.to_string() : end.start_error);
    sandbox.write_log(message);
    sandbox.write_log(type);
    result.payload = error_document(type, message);
    status = "\tStatus: error\tError Type: " + type;
    break;
  }
  case RuntimeReply::Kind::timed_out: {
    sandbox.process().kill();
    const std::string message = fmt::format("Task timed out after {:.2f} seconds", static_cast<double>(run.function.timeout_s));
    sandbox.write_log(fmt::format("{} {} {}\n", to_rfc3339(m_clock()), run.request_id, message));
    result.payload = error_document("Sandbox.Timedout", prefix + message);
    status = "\tStatus: timeout";
    break;
  }
  }
  const double billed = std::ceil(run.duration.count() + run.init.value_or(Milliseconds{0}).count());
  const std::string init = run.init ? fmt::format("\tInit Duration: {:.2f} ms", run.init->count()) : "";
  sandbox.write_log(fmt::format("END RequestId: {}", run.request_id));
  sandbox.write_log(fmt::format("REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {:.0f} ms\tMemory Size: {} MB\tMax Memory Used: {} MB{}{}\t",
                                run.request_id, run.duration.count(), billed, run.function.memory_mb, peak_mb, init, status));
  result.log = run.log + sandbox.take_log();
  return result;
}

}  // namespace davit::aws::local::lambda
