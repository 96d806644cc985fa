// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "aws/http/message.hpp"
#include "aws/local/lambda/sandbox_process.hpp"

namespace davit::aws::local::lambda {

/// The largest response of a synchronous invocation, as Lambda's own emulator has it.
inline constexpr std::size_t k_response_limit = 6 * 1024 * 1024 + 100;

/// What came back for an invocation, or instead of it.
struct RuntimeReply {
  enum class Kind {
    response,   ///< `body` is the handler's answer
    error,      ///< `body` is the error document that the runtime posted
    too_large,  ///< the answer was longer than `limit`
    ended,      ///< the process ended: see `end`
    timed_out,
  };
  Kind kind = Kind::timed_out;
  std::string body = {};
  ProcessEnd end = {};
  std::size_t limit = k_response_limit;
};

/// What a runtime posts. A streamed response that fails on its way says so in its trailers:
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
RuntimeReply reply_of(RuntimeReply::Kind kind, const http::Request& request);

}  // namespace davit::aws::local::lambda
