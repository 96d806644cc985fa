// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/core/time.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/lambda/sandbox_pool.hpp"

namespace davit::aws::local::lambda {

struct InvokeRequest {
  std::string payload;
  std::string client_context;  ///< JSON; empty when there is none
};

/// What a synchronous invocation brings, function errors included: to Lambda both are HTTP 200.
struct InvokeResult {
  std::string request_id;
  bool function_error = false;
  std::string payload;
  std::string log;  ///< START to REPORT
};

/// Runs functions: finds or starts an environment, hands it the event, and reports as Lambda does.
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
class Invoker
{
public:
  Invoker(SandboxPool& pool, Clock clock) : m_pool(pool), m_clock(std::move(clock)) {}

  /// A fault when no environment could be had: too many at once, or an image that cannot run here.
  Answer<InvokeResult> invoke(const Function& function, const InvokeRequest& request);

private:
  struct Run;
  Answer<std::shared_ptr<Sandbox>> start(const Function& function);
  Answer<void> initialise(Run& run);
  void start_again(Run& run);
  void execute(Run& run, const InvokeRequest& request);
  RuntimeReply wait_for_reply(Run& run) const;
  InvokeResult report(Run& run);

  SandboxPool& m_pool;
  Clock m_clock;
};

}  // namespace davit::aws::local::lambda
