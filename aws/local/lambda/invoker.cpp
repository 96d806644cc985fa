// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/invoker.hpp"

#include <fmt/format.h>

#include <cmath>
#include <future>
#include <thread>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/lambda/function_result.hpp"

namespace davit::aws::local::lambda {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::chrono::seconds k_init_limit{10};
constexpr std::chrono::milliseconds k_memory_check{50};

/// "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=...;Sampled=0": no tracing here, but runtimes expect a header. The root is the
/// caller's, if that named one: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
std::string trace_id_of(const std::string& callers, std::int64_t now_ms)
{
  const auto at = callers.find("Root=");
  const std::string root = at == std::string::npos ? fmt::format("Root=1-{:08x}-{}", now_ms / 1000, to_hex(crypto::random_bytes(12)))
                                                   : callers.substr(at, callers.find(';', at) - at);
  return fmt::format("{};Parent={};Sampled=0", root, to_hex(crypto::random_bytes(8)));
}

}  // namespace

/// One invocation on its way.
struct Invoker::Run {
  const Function& function;
  const std::string& request_id;
  std::shared_ptr<Sandbox> sandbox = nullptr;
  std::optional<Milliseconds> init = std::nullopt;  ///< of a cold start
  std::optional<RuntimeReply> init_failure = std::nullopt;
  bool starts_again = false;  ///< because the first start failed
  RuntimeReply reply = {};
  SteadyClock::time_point started = {};
  Milliseconds duration{0};
  int peak_memory_mb = 0;
  bool out_of_memory = false;
  bool timed_out = false;
  std::string log = {};

  [[nodiscard]] std::string report_line(const std::string& status) const;
  [[nodiscard]] SteadyClock::time_point deadline() const { return started + std::chrono::seconds(function.timeout_s); }
  [[nodiscard]] bool keeps_sandbox() const
  {
    return reply.kind == RuntimeReply::Kind::response || (reply.kind == RuntimeReply::Kind::error && !init_failure);
  }
};

/// Image functions are billed for their start as well.
std::string Invoker::Run::report_line(const std::string& status) const
{
  const double billed = std::ceil(duration.count() + init.value_or(Milliseconds{0}).count());
  return fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {:.0f} ms\tMemory Size: {} MB\tMax Memory Used: {} MB{}{}\t", request_id,
      duration.count(), billed, function.memory_mb, std::max(1, peak_memory_mb),
      init ? fmt::format("\tInit Duration: {:.2f} ms", init->count()) : "", status.empty() ? "" : "\tStatus: " + status);
}

void Invoker::finish()
{
  std::unique_lock lock(m_mutex);
  m_finished.wait(lock, [this] { return m_running_later == 0; });
}

void Invoker::invoke_later(Function function, InvokeRequest request, Done done)
{
  {
    const std::lock_guard lock(m_mutex);
    ++m_running_later;
  }
  std::thread([this, function = std::move(function), request = std::move(request), done = std::move(done)] {
    auto result = invoke(function, request);
    if (done) {
      done(std::move(result));
    }
    const std::lock_guard lock(m_mutex);
    --m_running_later;
    m_finished.notify_all();
  }).detach();
}

std::shared_ptr<ResponseChannel> Invoker::invoke_streaming(const Function& function, InvokeRequest request)
{
  auto channel = std::make_shared<ResponseChannel>();
  request.channel = channel;
  invoke_later(function, std::move(request), [channel](Answer<InvokeResult> result) { channel->finish(std::move(result)); });
  return channel;
}

Answer<InvokeResult> Invoker::invoke_within(std::chrono::milliseconds limit, const Function& function, const InvokeRequest& request)
{
  const auto result = std::make_shared<std::promise<Answer<InvokeResult>>>();
  auto future = result->get_future();
  invoke_later(function, request, [result](Answer<InvokeResult> answer) { result->set_value(std::move(answer)); });
  if (future.wait_for(limit) != std::future_status::ready) {
    return refuse("ServiceUnavailable", "The function takes longer than its caller waits", 504);
  }
  return future.get();
}

Answer<InvokeResult> Invoker::invoke(const Function& function, const InvokeRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto slot, m_limiter.enter(function.arn()));
  Run run{.function = function, .request_id = request.request_id};
  run.sandbox = m_pool.take_idle(function);
  if (!run.sandbox) {
    DAVIT_ANSWER_ASSIGN(run.sandbox, start(function));
    if (const auto initialised = initialise(run); !initialised) {
      return tl::unexpected(initialised.error());
    }
  }
  run.sandbox->write_log(fmt::format("START RequestId: {} Version: {}", run.request_id, function.version));
  run.started = SteadyClock::now();
  execute(run, request);
  const bool keep = run.keeps_sandbox();
  InvokeResult result = report(run);
  const auto reason = run.timed_out ? ShutdownReason::timeout : ShutdownReason::failure;
  keep ? m_pool.give_back(run.sandbox) : m_pool.discard(run.sandbox, reason);
  return result;
}

Answer<std::shared_ptr<Sandbox>> Invoker::start(const Function& function, const std::string& log_stream)
{
  auto started = m_pool.start(function, log_stream);
  if (!started) {
    const Error& error = started.error();
    return refuse("InvalidRuntimeException", error.hint.empty() ? error.message : error.message + " (" + error.hint + ")", 502);
  }
  if (!*started) {
    return tl::unexpected<Fault>(
        {.code = "TooManyRequestsException", .message = "Rate Exceeded.", .status = 429, .reason = "ConcurrentInvocationLimitExceeded"});
  }
  return std::move(*started);
}

/// A start that fails, or takes longer than its limit, is tried once more, on the time of the first event.
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
Answer<void> Invoker::initialise(Run& run)
{
  const auto failure = wait_until_ready(run, SteadyClock::now() + k_init_limit);
  run.init = run.sandbox->age();
  if (!failure) {
    for (const auto& line : run.sandbox->api().extension_lines()) {
      run.sandbox->write_log(line);
    }
    return {};
  }
  report_init(run, *failure, "init");
  run.log += run.sandbox->take_output();
  const std::string log_stream = run.sandbox->log_stream();
  m_pool.discard(std::move(run.sandbox), ShutdownReason::failure);
  DAVIT_ANSWER_ASSIGN(run.sandbox, start(run.function, log_stream));
  run.init.reset();
  run.starts_again = true;
  return {};
}

void Invoker::report_init(Run& run, const RuntimeReply& failure, std::string_view phase)
{
  run.log += run.sandbox->take_output();
  const auto result = function_result(failure, {.timeout_s = 0, .during_init = true, .out_of_memory = run.out_of_memory, .now = m_clock()});
  run.sandbox->write_log(
      fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: {}\tStatus: {}", run.sandbox->age().count(), phase, result.report_status));
}

std::optional<RuntimeReply> Invoker::wait_until_ready(Run& run, SteadyClock::time_point deadline)
{
  while (true) {
    auto failure = run.sandbox->api().wait_until_ready(std::min<SteadyClock::time_point>(deadline, SteadyClock::now() + k_memory_check));
    if (!failure || failure->kind != RuntimeReply::Kind::timed_out || SteadyClock::now() >= deadline) {
      return failure;
    }
    check_memory(run);
  }
}

void Invoker::execute(Run& run, const InvokeRequest& request)
{
  RuntimeApi& api = run.sandbox->api();
  run.init_failure = wait_until_ready(run, run.deadline());
  if (run.init_failure) {
    run.reply = *run.init_failure;
    if (run.starts_again && run.reply.kind != RuntimeReply::Kind::timed_out) {
      report_init(run, run.reply, "invoke");
    }
  } else {
    api.submit({.request_id = run.request_id,
                .function_arn = request.invoked_arn.empty() ? run.function.arn() : request.invoked_arn,
                .trace_id = trace_id_of(request.trace_id, m_clock().time_since_epoch().count()),
                .client_context = request.client_context,
                .deadline_ms = m_clock().time_since_epoch().count() + run.function.timeout_s * 1000,
                .event = request.payload,
                .channel = request.channel});
    run.reply = wait_for_reply(run);
    if (request.channel) {
      request.channel->close();
    }
  }
  run.duration = SteadyClock::now() - run.started;
  if (run.reply.kind == RuntimeReply::Kind::timed_out) {
    run.duration = std::chrono::seconds(run.function.timeout_s);
  }
}

/// Watches the memory meanwhile: a function that outgrows its size is killed, as Lambda's kernel does.
RuntimeReply Invoker::wait_for_reply(Run& run)
{
  while (true) {
    const auto until = std::min<SteadyClock::time_point>(run.deadline(), SteadyClock::now() + k_memory_check);
    RuntimeReply reply = run.sandbox->api().wait_for_reply(until);
    if (reply.kind != RuntimeReply::Kind::timed_out || SteadyClock::now() >= run.deadline()) {
      return reply;
    }
    check_memory(run);
  }
}

void Invoker::check_memory(Run& run)
{
  const int used_mb = run.sandbox->memory_mb();
  run.peak_memory_mb = std::max(run.peak_memory_mb, used_mb);
  if (used_mb > run.function.memory_mb) {
    run.out_of_memory = true;
    run.sandbox->kill();
  }
}

InvokeResult Invoker::report(Run& run)
{
  Sandbox& sandbox = *run.sandbox;
  const bool ended = run.reply.kind == RuntimeReply::Kind::ended;
  run.peak_memory_mb = std::max(run.peak_memory_mb, ended ? run.reply.end.peak_memory_mb : sandbox.peak_memory_mb());
  run.peak_memory_mb = std::min(run.peak_memory_mb, run.function.memory_mb);
  run.timed_out = run.reply.kind == RuntimeReply::Kind::timed_out;
  if (run.timed_out && !sandbox.api().has_extensions()) {
    sandbox.kill();
  }
  FunctionResult result = function_result(std::move(run.reply), {.request_id = run.request_id,
                                                                 .timeout_s = run.function.timeout_s,
                                                                 .during_init = run.init_failure.has_value(),
                                                                 .out_of_memory = run.out_of_memory,
                                                                 .now = m_clock()});
  // What the handler wrote comes before what the platform says of its end.
  run.log += sandbox.take_output();
  for (const auto& line : result.log_lines) {
    sandbox.write_log(line);
  }
  sandbox.write_log(fmt::format("END RequestId: {}", run.request_id));
  sandbox.write_log(run.report_line(result.report_status));
  return {.request_id = run.request_id,
          .function_error = result.is_error,
          .payload = std::move(result.payload),
          .log = run.log + sandbox.take_log(),
          .executed_version = run.function.version};
}

}  // namespace davit::aws::local::lambda
