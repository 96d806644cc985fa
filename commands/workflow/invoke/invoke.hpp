// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/lambda/client.hpp"
#include "cli/command.hpp"
#include "commands/workflow/invoke/log_report.hpp"

namespace davit::commands::workflow::invoke {

struct InvokeRequest {
  std::string function;   ///< physical name or ARN
  std::string qualifier;  ///< version or alias
  std::string payload;    ///< JSON
  aws::lambda::InvocationType type = aws::lambda::InvocationType::request_response;
  std::optional<std::chrono::seconds> timeout;  ///< the function's own limit
  std::string client_context = {};              ///< a JSON object
  /// Wait so long for the answer; default a little longer than the function may run.
  std::optional<std::chrono::milliseconds> patience = std::nullopt;
};

struct InvokeResponse {
  aws::lambda::InvokeOutput output;
  LogReport report;
};

/// Sends one event, once. A function error is no error here: `output.function_error` says so.
Result<InvokeResponse> invoke(const InvokeRequest& request, aws::auth::Session& session);

/// The two halves of invoke(), for those who send many at once.
aws::lambda::InvokeInput input_of(const InvokeRequest& request);
Result<InvokeResponse> response_of(const InvokeRequest& request, Result<aws::lambda::InvokeOutput> output);

/// The payload as JSON; one that is none as a text; null when there is none.
OrderedJson payload_document(const std::string& payload);

/// The failure that a function error is, with the handler's own words. Nothing when the function succeeded.
std::optional<Error> function_failure(const std::string& function, const aws::lambda::InvokeOutput& output);

}  // namespace davit::commands::workflow::invoke
