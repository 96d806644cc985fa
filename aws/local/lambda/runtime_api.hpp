// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aws/local/lambda/sandbox_process.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::lambda {

/// The largest response of a synchronous invocation, as Lambda's own emulator has it.
inline constexpr std::size_t k_response_limit = 6 * 1024 * 1024 + 100;

/// One event on its way to a handler.
struct Invocation {
  std::string request_id;
  std::string function_arn;
  std::string trace_id;
  std::string client_context;    ///< JSON; empty when there is none
  std::int64_t deadline_ms = 0;  ///< Unix time
  std::string event;
};

/// What came back for an invocation, or instead of it.
struct RuntimeReply {
  enum class Kind {
    response,   ///< `body` is the handler's answer
    error,      ///< `body` is the error document that the runtime posted
    too_large,  ///< the answer was longer than k_response_limit
    ended,      ///< the process ended: see `end`
    timed_out,
  };
  Kind kind = Kind::timed_out;
  std::string body = {};
  ProcessEnd end = {};
};

/// The Runtime API of one sandbox, on a port of its own: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
/// One side is the handler's runtime over HTTP, the other the code that invokes.
class RuntimeApi
{
public:
  static Result<std::unique_ptr<RuntimeApi>> listen();
  ~RuntimeApi();
  RuntimeApi(const RuntimeApi&) = delete;
  RuntimeApi& operator=(const RuntimeApi&) = delete;

  [[nodiscard]] std::string address() const;  ///< host:port

  using Deadline = std::chrono::steady_clock::time_point;

  /// Nothing once the runtime has asked for its first event; else why it never will.
  std::optional<RuntimeReply> wait_until_ready(Deadline deadline);

  /// Only when ready or idle.
  void submit(Invocation invocation);
  RuntimeReply wait_for_reply(Deadline deadline);

  /// True once the runtime asks for the next event, false when it has ended or the time is up.
  bool wait_until_idle(Deadline deadline);

  /// The process is gone: whoever waits is told.
  void process_ended(const ProcessEnd& end);

private:
  enum class State { starting, idle, submitted, invoking, replied, failed, ended };

  RuntimeApi() = default;
  static std::string_view name_of(State state);
  http::Response handle(const server::IncomingRequest& request);
  http::Response next();
  http::Response post_reply(const std::string& id, RuntimeReply::Kind kind, const server::IncomingRequest& request);
  http::Response post_init_error(const server::IncomingRequest& request);
  http::Response extension(const server::IncomingRequest& request);

  std::mutex m_mutex;
  std::condition_variable m_changed;
  State m_state = State::starting;
  bool m_closing = false;
  Invocation m_invocation;
  RuntimeReply m_reply;
  ProcessEnd m_end;
  std::unique_ptr<server::HttpServer> m_server;
};

}  // namespace davit::aws::local::lambda
