// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/invoke.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace davit::commands::workflow::invoke {
namespace {

using aws::lambda::InvocationType;
using aws::lambda::InvokeOutput;

Error explained(Error error, const InvokeRequest& request)
{
  if (error.kind == ErrorKind::not_found) {
    error.hint = request.qualifier.empty() ? "`davit status` shows what is deployed; check --env, --region and the name"
                                           : "check the version or alias, and then --env, --region and the name";
  }
  return std::move(error).wrap(fmt::format("invoking '{}'", request.function));
}

/// The lines of a Python or Node trace, wherever the runtime put them.
std::string trace_of(const OrderedJson& payload)
{
  std::string out;
  for (const char* member : {"stackTrace", "trace"}) {
    if (payload.contains(member) && payload.at(member).is_array()) {
      for (const auto& line : payload.at(member)) {
        std::string text = line.is_string() ? line.get<std::string>() : line.dump();
        out += text + (text.ends_with('\n') ? "" : "\n");
      }
    }
  }
  return out;
}

}  // namespace

aws::lambda::InvokeInput input_of(const InvokeRequest& request)
{
  return {.function = request.function,
          .payload = request.payload,
          .type = request.type,
          .qualifier = request.qualifier,
          .log_tail = request.type == InvocationType::request_response,
          .client_context = request.client_context,
          .function_timeout = request.timeout,
          .read_timeout = request.patience};
}

Result<InvokeResponse> response_of(const InvokeRequest& request, Result<InvokeOutput> output)
{
  if (!output) {
    return fail(explained(std::move(output).error(), request));
  }
  const LogReport report = read_report(output->log_tail);
  return InvokeResponse{.output = std::move(*output), .report = report};
}

Result<InvokeResponse> invoke(const InvokeRequest& request, aws::auth::Session& session)
{
  return response_of(request, aws::lambda::Client(session).invoke(input_of(request)));
}

OrderedJson payload_document(const std::string& payload)
{
  OrderedJson parsed = OrderedJson::parse(payload, nullptr, false);
  return payload.empty() ? OrderedJson() : parsed.is_discarded() ? OrderedJson(payload) : parsed;
}

std::optional<Error> function_failure(const std::string& function, const InvokeOutput& output)
{
  if (output.function_error.empty()) {
    return std::nullopt;
  }
  const OrderedJson payload = payload_document(output.payload);
  const auto text = [&payload](const char* member) {
    return payload.is_object() && payload.contains(member) && payload.at(member).is_string() ? payload.at(member).get<std::string>()
                                                                                             : std::string();
  };
  const std::string name = function.empty() ? "a function" : fmt::format("function '{}'", function);
  const std::string type = text("errorType");
  const std::string message = text("errorMessage");
  Error error = failed_error(fmt::format("{} failed: {}{}{}", name, type, type.empty() || message.empty() ? "" : ": ",
                                         message.empty() && type.empty() ? output.function_error : message));
  if (payload.is_object()) {
    error.message += payload.is_object() && !trace_of(payload).empty() ? "\n" + trace_of(payload) : "";
    error.message.erase(error.message.find_last_not_of('\n') + 1);
  }
  return error;
}

}  // namespace davit::commands::workflow::invoke
