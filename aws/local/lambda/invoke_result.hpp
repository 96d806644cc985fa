// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/local/fault.hpp"

namespace davit::aws::local::lambda {

/// What a synchronous invocation brings, function errors included: to Lambda both are HTTP 200.
struct InvokeResult {
  std::string request_id;
  bool function_error = false;
  std::string payload;  ///< empty when it was streamed
  std::string log;      ///< START to REPORT
  std::string executed_version = {};
};

}  // namespace davit::aws::local::lambda
