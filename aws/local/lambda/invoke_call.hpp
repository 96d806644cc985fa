// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/http/message.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::lambda {

enum class InvokeType { request_response, event, dry_run };

/// An Invoke as it comes over the wire: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
struct InvokeCall {
  InvokeType type = InvokeType::request_response;
  InvokeRequest request;
  bool with_log = false;
};

/// Refuses an unknown type, a payload that is too large for the type or no JSON, and a client context that is no JSON.
Answer<InvokeCall> read_invoke_call(const http::Request& request);

/// The last 4 KB of a log, in base64.
std::string log_tail(const std::string& log);

/// The answer of a synchronous call, with the last 4 KB of its log if asked for.
ServiceResponse invoke_response(InvokeResult result, bool with_log);

}  // namespace davit::aws::local::lambda
