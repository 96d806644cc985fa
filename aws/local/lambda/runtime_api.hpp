// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aws/local/lambda/extension_registry.hpp"
#include "aws/local/lambda/response_channel.hpp"
#include "aws/local/lambda/runtime_reply.hpp"
#include "aws/local/lambda/sandbox_process.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::lambda {

/// One event on its way to a handler.
struct Invocation {
  std::string request_id;
  std::string function_arn;
  std::string trace_id;
  std::string client_context;    ///< JSON; empty when there is none
  std::int64_t deadline_ms = 0;  ///< Unix time
  std::string event;
  std::shared_ptr<ResponseChannel> channel = nullptr;  ///< takes a response that is streamed
};

/// What a sandbox does at the turns of its runtime and extensions. Called with the Runtime API locked, except where it says otherwise.
struct RuntimeTurns {
  std::function<void()> idle = [] {};      ///< everybody waits for the next event
  std::function<void()> waking = [] {};    ///< there is one
  std::function<void()> extended = [] {};  ///< the extensions that were expected have registered; not locked
};

/// The Runtime API of one sandbox, on a port of its own: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
/// One side is the handler's runtime over HTTP, the other the code that invokes.
class RuntimeApi
{
public:
  /// `function` is what extensions learn of it: functionName, functionVersion, handler.
  static Result<std::unique_ptr<RuntimeApi>> listen(Json function, std::vector<std::string> extensions, RuntimeTurns turns);
  ~RuntimeApi();
  RuntimeApi(const RuntimeApi&) = delete;
  RuntimeApi& operator=(const RuntimeApi&) = delete;

  [[nodiscard]] std::string address() const;  ///< host:port

  using Deadline = std::chrono::steady_clock::time_point;

  /// Nothing once the runtime has asked for its first event, and every extension for its own; else why they never will.
  std::optional<RuntimeReply> wait_until_ready(Deadline deadline);

  /// Only when ready or idle.
  void submit(Invocation invocation);
  RuntimeReply wait_for_reply(Deadline deadline);

  /// True once runtime and extensions ask for the next event, false when it has ended or the time is up.
  bool wait_until_idle(Deadline deadline);

  /// The process is gone: whoever waits is told.
  void process_ended(const ProcessEnd& end);

  /// As if the runtime had ended: no environment works without its extensions.
  void extension_ended(const std::string& name, const ProcessEnd& end);

  /// Tells the extensions that want to know, who have until then to end by themselves. False when there are no extensions at all.
  bool announce_shutdown(ShutdownReason reason, std::int64_t deadline_ms);

  /// No further turns: who waits is told, and every connection is closed.
  void stop();

  [[nodiscard]] bool has_extensions();
  [[nodiscard]] bool has_external_extensions();

  /// What Lambda logs of them once they are ready.
  std::vector<std::string> extension_lines();

private:
  enum class State { starting, idle, submitted, invoking, replied, failed, ended };

  RuntimeApi() = default;
  class StreamedReply;
  static std::string_view name_of(State state);
  std::unique_ptr<server::Exchange> begin_streamed(const server::IncomingRequest& head);
  http::Response handle(const server::IncomingRequest& request);
  http::Response next();
  http::Response post_reply(const std::string& id, RuntimeReply::Kind kind, const server::IncomingRequest& request);
  http::Response take_reply(const std::string& id, RuntimeReply::Kind kind, RuntimeReply reply);
  http::Response post_init_error(const server::IncomingRequest& request);
  http::Response extension(std::string_view operation, const server::IncomingRequest& request);
  http::Response register_extension(const http::Request& request);
  http::Response next_extension_event(std::size_t extension);
  http::Response extension_failed(const http::Request& request);
  [[nodiscard]] bool is_ready() const { return m_state != State::starting && m_extensions.all_ready(); }
  void note_idle();

  std::mutex m_mutex;
  std::condition_variable m_changed;
  State m_state = State::starting;
  bool m_closing = false;
  Json m_function;
  RuntimeTurns m_turns;
  ExtensionRegistry m_extensions;
  Invocation m_invocation;
  RuntimeReply m_reply;
  ProcessEnd m_end;
  std::unique_ptr<server::HttpServer> m_server;
};

}  // namespace davit::aws::local::lambda
