// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/invoke_call.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/local/lambda/function.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::size_t k_payload_limit = 6 * 1024 * 1024;
constexpr std::size_t k_event_limit = 1024 * 1024;
constexpr std::size_t k_log_tail = 4096;

Answer<InvokeType> type_of(const http::Headers& headers)
{
  const std::string type = headers.get("x-amz-invocation-type").value_or("RequestResponse");
  if (type == "RequestResponse") {
    return InvokeType::request_response;
  }
  if (type == "Event") {
    return InvokeType::event;
  }
  if (type == "DryRun") {
    return InvokeType::dry_run;
  }
  return refuse("ValidationException",
                fmt::format("1 validation error detected: Value '{}' at 'invocationType' failed to satisfy constraint: Member must satisfy "
                            "enum value set: [Event, RequestResponse, DryRun]",
                            type));
}

Answer<void> check_payload(const std::string& payload, InvokeType type)
{
  if (payload.size() > k_payload_limit) {
    return refuse("RequestTooLargeException",
                  fmt::format("Request must be smaller than {} bytes for the InvokeFunction operation", k_payload_limit), 413);
  }
  if (type == InvokeType::event && payload.size() > k_event_limit) {
    return refuse("RequestTooLargeException",
                  fmt::format("{} byte payload is too large for the Event invocation type (limit {} bytes)", payload.size(), k_event_limit),
                  413);
  }
  if (!Json::accept(payload)) {
    return refuse("InvalidRequestContentException", "Could not parse request body into json: Could not parse payload into json");
  }
  return {};
}

/// Handed to the handler as the JSON that it is.
Answer<std::string> client_context_of(const http::Headers& headers)
{
  const auto encoded = headers.get("x-amz-client-context");
  auto context = from_base64(encoded.value_or(""));
  if (encoded && !encoded->empty() && (!context || !Json::accept(*context))) {
    return refuse("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.");
  }
  return context.value_or("");
}

}  // namespace

Answer<InvokeCall> read_invoke_call(const http::Request& request)
{
  DAVIT_ANSWER_ASSIGN(const auto type, type_of(request.headers));
  InvokeCall call{
      .type = type,
      .request = {.payload = request.body.empty() ? "{}" : request.body, .trace_id = request.headers.get("x-amzn-trace-id").value_or("")},
      .with_log = request.headers.get("x-amz-log-type") == "Tail"};
  if (const auto checked = check_payload(call.request.payload, type); !checked) {
    return tl::unexpected(checked.error());
  }
  DAVIT_ANSWER_ASSIGN(call.request.client_context, client_context_of(request.headers));
  return call;
}

std::string log_tail(const std::string& log)
{
  return to_base64(std::string_view(log).substr(log.size() - std::min(log.size(), k_log_tail)));
}

ServiceResponse invoke_response(InvokeResult result, bool with_log)
{
  ServiceResponse response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(result.payload)};
  response.headers.add("x-amzn-RequestId", result.request_id);
  response.headers.add("X-Amz-Executed-Version", result.executed_version);
  if (result.function_error) {
    response.headers.add("X-Amz-Function-Error", "Unhandled");
  }
  if (with_log) {
    response.headers.add("X-Amz-Log-Result", log_tail(result.log));
  }
  return response;
}

}  // namespace davit::aws::local::lambda
