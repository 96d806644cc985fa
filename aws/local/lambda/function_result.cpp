// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/function_result.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"

namespace davit::aws::local::lambda {
namespace {

std::string text_of(const OrderedJson& document)
{
  return document.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string error_document(const std::string& type, const std::string& message)
{
  return text_of({{"errorType", type}, {"errorMessage", message}});
}

/// With milliseconds, also when there are none.
std::string log_time(TimePoint time)
{
  return fmt::format("{}.{:03}Z", to_rfc3339(time).substr(0, 19), time.time_since_epoch().count() % 1000);
}

std::string error_status(const std::string& type)
{
  return "error\tError Type: " + type;
}

/// A runtime that fails while it starts knows no request: Lambda fills in the one that it failed for.
std::string with_request_id(const std::string& body, const std::string& request_id)
{
  OrderedJson document = OrderedJson::parse(body, nullptr, false);
  if (!document.is_object() || document.value("requestId", OrderedJson("-")) != "") {
    return body;
  }
  document["requestId"] = request_id;
  return text_of(document);
}

std::string error_type_of(const std::string& body)
{
  const Json document = Json::parse(body, nullptr, false);
  const auto type = document.is_object() ? document.find("errorType") : document.end();
  return document.is_object() && type != document.end() && type->is_string() ? type->get<std::string>() : "Runtime.Unknown";
}

FunctionResult reported(const std::string& body, const ReplyContext& context)
{
  return {.is_error = true,
          .payload = with_request_id(body, context.request_id),
          .report_status = context.during_init ? error_status(error_type_of(body)) : ""};
}

FunctionResult too_large(std::size_t limit)
{
  const std::string type = "Function.ResponseSizeTooLarge";
  return {.is_error = true,
          .payload = error_document(type, fmt::format("Response payload size exceeded maximum allowed payload size ({} bytes).", limit)),
          .report_status = error_status(type)};
}

std::string reason_of(const ProcessEnd& end)
{
  if (!end.started) {
    return end.start_error;
  }
  const bool silent = end.signal == 0 && end.exit_status == 0;
  return silent ? "Runtime exited without providing a reason" : "Runtime exited with error: " + end.to_string();
}

FunctionResult ended(const ProcessEnd& end, const ReplyContext& context)
{
  const std::string type = !end.started ? "Runtime.InvalidEntrypoint" : context.out_of_memory ? "Runtime.OutOfMemory" : "Runtime.ExitError";
  const std::string message = fmt::format("RequestId: {} Error: {}", context.request_id, reason_of(end));
  return {.is_error = true, .payload = error_document(type, message), .report_status = error_status(type), .log_lines = {message, type}};
}

FunctionResult timed_out(const ReplyContext& context)
{
  const std::string message = fmt::format("Task timed out after {:.2f} seconds", static_cast<double>(context.timeout_s));
  return {.is_error = true,
          .payload = error_document("Sandbox.Timedout", fmt::format("RequestId: {} Error: {}", context.request_id, message)),
          .report_status = "timeout",
          .log_lines = {fmt::format("{} {} {}\n", log_time(context.now), context.request_id, message)}};
}

}  // namespace

FunctionResult function_result(RuntimeReply reply, const ReplyContext& context)
{
  switch (reply.kind) {
    case RuntimeReply::Kind::response:
      return {.is_error = false, .payload = std::move(reply.body)};
    case RuntimeReply::Kind::error:
      return reported(reply.body, context);
    case RuntimeReply::Kind::too_large:
      return too_large(reply.limit);
    case RuntimeReply::Kind::ended:
      return ended(reply.end, context);
    case RuntimeReply::Kind::timed_out:
      return timed_out(context);
  }
  return timed_out(context);
}

}  // namespace davit::aws::local::lambda
