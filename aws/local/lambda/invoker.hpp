// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "aws/core/time.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/lambda/concurrency.hpp"
#include "aws/local/lambda/invoke_result.hpp"
#include "aws/local/lambda/response_channel.hpp"
#include "aws/local/lambda/sandbox_pool.hpp"

namespace davit::aws::local::lambda {

struct InvokeRequest {
  std::string request_id = crypto::random_uuid();
  std::string payload;
  std::string client_context = {};                     ///< JSON; empty when there is none
  std::string invoked_arn = {};                        ///< as the caller named the function; empty for its own ARN
  std::string trace_id = {};                           ///< the caller's X-Amzn-Trace-Id; empty when there is none
  std::shared_ptr<ResponseChannel> channel = nullptr;  ///< takes a response that is streamed
};

/// Runs functions: finds or starts an environment, hands it the event, and reports as Lambda does.
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
class Invoker
{
public:
  Invoker(SandboxPool& pool, Clock clock) : m_pool(pool), m_clock(std::move(clock)) {}
  Invoker(const Invoker&) = delete;
  Invoker& operator=(const Invoker&) = delete;
  ~Invoker() { finish(); }

  /// Waits for what invoke_later started.
  void finish();

  [[nodiscard]] ConcurrencyLimiter& limiter() { return m_limiter; }

  /// A fault when no environment could be had: too many at once, or an image that cannot run here.
  Answer<InvokeResult> invoke(const Function& function, const InvokeRequest& request);

  /// On a thread of its own; `done` is called from there.
  using Done = std::function<void(Answer<InvokeResult>)>;
  void invoke_later(Function function, InvokeRequest request, Done done = {});

  /// invoke_later() that tells the request's channel, which it makes.
  std::shared_ptr<ResponseChannel> invoke_streaming(const Function& function, InvokeRequest request);

  /// A fault with status 504 when it takes longer than `limit`; the function goes on.
  Answer<InvokeResult> invoke_within(std::chrono::milliseconds limit, const Function& function, const InvokeRequest& request);

private:
  struct Run;
  Answer<std::shared_ptr<Sandbox>> start(const Function& function, const std::string& log_stream = "");
  Answer<void> initialise(Run& run);
  void report_init(Run& run, const RuntimeReply& failure, std::string_view phase);
  static std::optional<RuntimeReply> wait_until_ready(Run& run, std::chrono::steady_clock::time_point deadline);
  static void check_memory(Run& run);
  void execute(Run& run, const InvokeRequest& request);
  static RuntimeReply wait_for_reply(Run& run);
  InvokeResult report(Run& run);

  SandboxPool& m_pool;
  Clock m_clock;
  ConcurrencyLimiter m_limiter;
  std::mutex m_mutex;
  std::condition_variable m_finished;
  int m_running_later = 0;
};

}  // namespace davit::aws::local::lambda
