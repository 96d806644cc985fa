// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/time.hpp"
#include "aws/local/lambda/runtime_api.hpp"

namespace davit::aws::local::lambda {

/// What Lambda makes of a runtime's reply, or of its silence.
struct FunctionResult {
  bool is_error = false;
  std::string payload;
  std::string report_status;           ///< "timeout", "error\tError Type: Runtime.ExitError"; empty when the REPORT line says nothing
  std::vector<std::string> log_lines;  ///< of the platform, before END
};

/// The circumstances of an invocation.
struct ReplyContext {
  std::string request_id;
  int timeout_s = 0;
  bool during_init = false;
  bool out_of_memory = false;
  TimePoint now;
};

/// Shapes and words as Lambda has them today:
/// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
FunctionResult function_result(RuntimeReply reply, const ReplyContext& context);

}  // namespace davit::aws::local::lambda
