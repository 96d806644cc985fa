// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/invoke.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "aws/core/interrupt.hpp"
#include "cli/choice.hpp"
#include "commands/workflow/function_name.hpp"
#include "commands/workflow/invoke/event.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::invoke {
namespace {

using aws::lambda::InvocationType;
using aws::lambda::InvokeOutput;

struct Flags {
  std::vector<std::string> words;
  EventSource event;
  std::string qualifier;
  std::string type;
};

cli::CommandDoc invoke_doc()
{
  return {
      .summary = "Send one event or HTTP request to the function [API: Invoke]",
      .description =
          "The payload goes to stdout byte for byte and the log, from START to REPORT, to stderr. The event comes from --event, or is made "
          "of METHOD PATH as an HTTP API would (payload 2.0); with neither it is {}. It is sent once: when no answer comes, the function may "
          "have run, and it is not run again.\n"
          "A function that fails ends davit with 1, although the HTTP status of the call is 200, and its own trace is shown. An HTTP error "
          "status that the function answers, such as statusCode 404, is its answer and no failure: `davit smoke` is there to judge it.\n"
          "-o json prints status, functionError, executedVersion, requestId, durationMs, billedMs, initMs (of a cold start), maxMemoryMb and "
          "payload; what is not known is null, and a payload that is no JSON a text.",
      .examples = {
          {"davit invoke --env local GET /health", "An HTTP request, as the gateway would hand it over"},
          {"davit invoke --env dev POST /products --token admin -d '{\"name\": \"Lamp\"}'", "With a token of a profile and a body"},
          {"davit invoke --env dev worker --event events/job.json --type event", "Asynchronously, to another function"},
          {"echo '{}' | davit invoke my-function --event - -o json", "Any function of the account; all figures"}}};
}

OrderedJson payload_json(const std::string& payload)
{
  OrderedJson parsed = OrderedJson::parse(payload, nullptr, false);
  return payload.empty() ? OrderedJson() : parsed.is_discarded() ? OrderedJson(payload) : parsed;
}

template <typename T>
OrderedJson or_null(const std::optional<T>& value)
{
  return value ? OrderedJson(*value) : OrderedJson();
}

OrderedJson text_or_null(const std::string& text)
{
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

cli::Document document_of(const InvokeResponse& response, bool to_terminal)
{
  const InvokeOutput& output = response.output;
  const std::string line_end = to_terminal && !output.payload.empty() && !output.payload.ends_with('\n') ? "\n" : "";
  return {.data = {{"status", output.status},
                   {"functionError", text_or_null(output.function_error)},
                   {"executedVersion", text_or_null(output.executed_version)},
                   {"requestId", text_or_null(output.request_id)},
                   {"durationMs", or_null(response.report.duration_ms)},
                   {"billedMs", or_null(response.report.billed_ms)},
                   {"initMs", or_null(response.report.init_ms)},
                   {"maxMemoryMb", or_null(response.report.max_memory_mb)},
                   {"payload", payload_json(output.payload)}},
          .text = output.payload + line_end};
}

/// "invoke", "invoke FUNCTION", "invoke METHOD PATH" or "invoke FUNCTION METHOD PATH".
Result<std::string> take_function(Flags& flags)
{
  std::vector<std::string> words = flags.words;
  std::string function;
  if (words.size() % 2 == 1) {
    function = words.front();
    words.erase(words.begin());
  }
  if (words.size() > 2) {
    return fail(usage_error("too many words", "write davit invoke [FUNCTION] [METHOD PATH]"));
  }
  if (words.size() == 2) {
    flags.event.method = words[0];
    flags.event.path = words[1];
  }
  return function;
}

Result<cli::Outcome> run(cli::Context& context, Flags flags)
{
  DAVIT_TRY_ASSIGN(const std::string name, take_function(flags));
  DAVIT_TRY_ASSIGN(const FunctionTarget target, find_function(context, name));
  InvokeRequest request{.function = target.physical_name, .qualifier = flags.qualifier, .timeout = target.timeout};
  request.type = flags.type == "event"     ? InvocationType::event
                 : flags.type == "dry-run" ? InvocationType::dry_run
                                           : InvocationType::request_response;
  DAVIT_TRY_ASSIGN(request.payload, event_payload(context, flags.event));
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  const InterruptScope interruptible;
  DAVIT_TRY_ASSIGN(const InvokeResponse response, invoke(request, *session));
  if (!context.globals().quiet) {
    DAVIT_TRY(context.streams().err.write(response.output.log_tail));
  }
  return cli::Outcome{.document = document_of(response, context.streams().out.is_terminal()),
                      .failure = function_failure(request.function, response.output)};
}

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

Result<InvokeResponse> invoke(const InvokeRequest& request, aws::auth::Session& session)
{
  aws::lambda::Client client{session};
  auto output = client.invoke({.function = request.function,
                               .payload = request.payload,
                               .type = request.type,
                               .qualifier = request.qualifier,
                               .log_tail = request.type == InvocationType::request_response,
                               .function_timeout = request.timeout});
  if (!output) {
    return fail(explained(std::move(output).error(), request));
  }
  const LogReport report = read_report(output->log_tail);
  return InvokeResponse{.output = std::move(*output), .report = report};
}

std::optional<Error> function_failure(const std::string& function, const InvokeOutput& output)
{
  if (output.function_error.empty()) {
    return std::nullopt;
  }
  const OrderedJson payload = payload_json(output.payload);
  const auto text = [&payload](const char* member) {
    return payload.is_object() && payload.contains(member) && payload.at(member).is_string() ? payload.at(member).get<std::string>()
                                                                                             : std::string();
  };
  const std::string type = text("errorType");
  const std::string message = text("errorMessage");
  Error error = failed_error(fmt::format("function '{}' failed: {}{}{}", function, type, type.empty() || message.empty() ? "" : ": ",
                                         message.empty() && type.empty() ? output.function_error : message));
  if (payload.is_object()) {
    error.message += payload.is_object() && !trace_of(payload).empty() ? "\n" + trace_of(payload) : "";
    error.message.erase(error.message.find_last_not_of('\n') + 1);
  }
  return error;
}

void add_invoke(CLI::App& root, cli::Registry& registry)
{
  CLI::App& command = registry.add(root, "invoke", invoke_doc());
  const auto flags = std::make_shared<Flags>();
  command
      .add_option("FUNCTION_METHOD_PATH", flags->words,
                  "[FUNCTION] [METHOD PATH]: a function (default: the handler), and an HTTP request to make the event of")
      ->expected(0, 3);
  command.add_option("--event", flags->event.file, "Send this JSON document; - is standard input")->type_name("FILE");
  command.add_option("-H,--header", flags->event.headers, "A header of the HTTP request, 'Name: value'")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  command.add_option("-d,--data", flags->event.body, "The body of the HTTP request; @FILE reads a file, @- standard input")
      ->type_name("BODY");
  command.add_option("--token", flags->event.token, "Authorize the HTTP request by a token of this profile of davit.yaml")
      ->type_name("PROFILE");
  command.add_option("--qualifier", flags->qualifier, "Version or alias")->type_name("QUALIFIER");
  command.add_option("--type", flags->type, "event returns at once; dry-run only checks that the call is allowed")
      ->check(cli::one_of({"request-response", "event", "dry-run"}))
      ->type_name("TYPE");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::invoke
