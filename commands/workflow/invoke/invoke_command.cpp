// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <nlohmann/json.hpp>

#include "aws/core/interrupt.hpp"
#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/workflow/function_name.hpp"
#include "commands/workflow/invoke/batch.hpp"
#include "commands/workflow/invoke/cost.hpp"
#include "commands/workflow/invoke/event.hpp"
#include "commands/workflow/invoke/event_end.hpp"
#include "commands/workflow/invoke/full_log.hpp"
#include "commands/workflow/invoke/invoke.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::invoke {
namespace {

using aws::lambda::InvocationType;
using aws::lambda::InvokeOutput;
using cli::config::Architecture;

struct Flags {
  std::vector<std::string> words;
  EventSource event;
  std::string events;
  std::string qualifier;
  std::string type;
  std::string client_context;
  std::string timeout;
  bool wait = false;
  int repeat = 0;  ///< 0: not asked for
  int concurrency = 1;
};

constexpr const char* k_description =
    "The payload goes to stdout byte for byte and the log, from START to REPORT, to stderr, where what it cost follows. A log of more than the "
    "4 KB that Lambda answers with is fetched from CloudWatch Logs. The event comes from --event, or is made of METHOD PATH as an HTTP API "
    "would (payload 2.0); with neither it is {}. It is sent once: when no answer comes, the function may have run, and it is not run again.\n"
    "A function that fails ends davit with 1, although the HTTP status of the call is 200, and its own trace is shown. An HTTP error "
    "status that the function answers, such as statusCode 404, is its answer and no failure: `davit smoke` is there to judge it.\n"
    "--type event returns as soon as Lambda has the event. With --wait davit follows it in the log, over the attempts that Lambda makes (two "
    "more when the first fails, a minute and two apart), and ends with 1 when the last one failed. What became of an event is told by the log "
    "alone: an uncaught exception of a runtime, a crash, a time-out.\n"
    "--events sends every JSON document of a file, and prints a report of each; --repeat and --concurrency send the same ones often, many at "
    "once, and print percentiles and how many met a cold start. They change nothing: concurrent calls are what makes Lambda start sandboxes.\n"
    "-o json prints status, functionError, executedVersion, requestId, durationMs, billedMs, initMs (of a cold start), maxMemoryMb, "
    "payload, and cost; what is not known is null, and a payload that is no JSON a text. With --wait attempts follows. With --events "
    "invocations[] of the same with event (counted from 1), latencyMs and error, then summary; with --repeat alone the members of summary: "
    "count, succeeded, functionErrors, callErrors, cold, warm, latencyMs, durationMs, initMs, billedMs, cost.";

cli::CommandDoc invoke_doc()
{
  return {.summary = "Send one event or HTTP request to the function, or many [API: Invoke]",
          .description = k_description,
          .examples = {
              {"davit invoke --env local GET /health", "An HTTP request, as the gateway would hand it over"},
              {"davit invoke --env dev POST /products --token admin -d '{\"name\": \"Lamp\"}'", "With a token of a profile and a body"},
              {"davit invoke --env dev worker --event events/job.json --type event --wait", "Asynchronously, and on to its end"},
              {"davit invoke --env dev worker --events jobs.jsonl --concurrency 5 -o jsonl", "Many events, a report of each"},
              {"davit invoke --env dev GET /health --repeat 100 --concurrency 20", "Percentiles, and what cold starts take"},
              {"echo '{}' | davit invoke my-function --event - -o json", "Any function of the account; all figures"}}};
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

Cost cost_of(const LogReport& report, Architecture architecture)
{
  Cost cost{.architecture = architecture};
  add(cost, report);
  return cost;
}

OrderedJson data_of(const InvokeResponse& response, Architecture architecture)
{
  const InvokeOutput& output = response.output;
  return {{"status", output.status},
          {"functionError", text_or_null(output.function_error)},
          {"executedVersion", text_or_null(output.executed_version)},
          {"requestId", text_or_null(output.request_id)},
          {"durationMs", or_null(response.report.duration_ms)},
          {"billedMs", or_null(response.report.billed_ms)},
          {"initMs", or_null(response.report.init_ms)},
          {"maxMemoryMb", or_null(response.report.max_memory_mb)},
          {"payload", payload_document(output.payload)},
          {"cost", to_json(cost_of(response.report, architecture))}};
}

cli::Document document_of(const InvokeResponse& response, Architecture architecture, bool to_terminal)
{
  const std::string& payload = response.output.payload;
  const std::string line_end = to_terminal && !payload.empty() && !payload.ends_with('\n') ? "\n" : "";
  return {.data = data_of(response, architecture), .text = payload + line_end};
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

Status check(const Flags& flags)
{
  const bool is_event = flags.type == "event";
  const bool is_batch = !flags.events.empty() || flags.repeat > 0;
  if (!flags.events.empty() && (!flags.event.file.empty() || !flags.event.method.empty())) {
    return fail(usage_error("--events is all events: it goes with no --event and no METHOD PATH"));
  }
  if (flags.wait && (!is_event || is_batch)) {
    return fail(usage_error("--wait follows one event to its end", "it goes with --type event, and with neither --events nor --repeat"));
  }
  if (flags.concurrency > 1 && !is_batch) {
    return fail(usage_error("--concurrency is for many invocations", "add --repeat or --events"));
  }
  if (is_event && !flags.client_context.empty()) {
    return fail(usage_error("Lambda takes no client context with an asynchronous event", "put what the function needs into the event"));
  }
  return {};
}

Result<InvokeRequest> request_of(cli::Context& context, const Flags& flags, const FunctionTarget& target)
{
  InvokeRequest request{.function = target.physical_name, .qualifier = flags.qualifier, .timeout = target.timeout};
  request.type = flags.type == "event"     ? InvocationType::event
                 : flags.type == "dry-run" ? InvocationType::dry_run
                                           : InvocationType::request_response;
  if (!flags.client_context.empty()) {
    DAVIT_TRY_ASSIGN(request.client_context, client_context(context, flags.client_context));
  }
  if (!flags.timeout.empty()) {
    DAVIT_TRY_ASSIGN(request.patience, parse_duration(flags.timeout));
  }
  return request;
}

Status say(cli::Context& context, std::string_view text)
{
  return context.globals().quiet ? Status{} : context.streams().err.write(text);
}

Status show_cost(cli::Context& context, const LogReport& report, Architecture architecture)
{
  if (!report.billed_ms || !report.memory_mb) {
    return {};
  }
  return say(context, fmt::format("davit: {} ms of {} MB billed: {}\n", *report.billed_ms, *report.memory_mb,
                                  cost_text(cost_of(report, architecture))));
}

/// The whole log where it can be had; the tail, and why it is no more, where it cannot.
Status show_log(cli::Context& context, aws::auth::Session& session, const std::string& function, const InvokeOutput& output, TimePoint sent)
{
  if (context.globals().quiet || !is_cut(output)) {
    return say(context, output.log_tail);
  }
  const auto log = full_log(session, function, output, sent);
  if (log) {
    return say(context, *log);
  }
  DAVIT_TRY(say(context, fmt::format("davit: note: the end of the log only: {}\n", log.error().message)));
  return say(context, output.log_tail);
}

Result<cli::Outcome> wait_for_end(cli::Context& context, const InvokeRequest& request, InvokeResponse response, aws::auth::Session& session,
                                  TimePoint sent, Architecture architecture)
{
  constexpr std::chrono::minutes k_patience{15};
  const EventWatch watch{.attempt_ended = [&](const Attempt& attempt) { return say(context, text_of(attempt)); },
                         .note =
                             [&](const std::string& line) {
                               static_cast<void>(say(context, fmt::format("davit: note: {}\n", line)));
                               static_cast<void>(context.streams().err.flush());
                             }};
  DAVIT_TRY_ASSIGN(
      const EventEnd end,
      await_end(session,
                {.function = request.function, .qualifier = request.qualifier, .request_id = response.output.request_id, .sent = sent},
                request.patience.value_or(k_patience), watch));
  const Attempt& last = end.attempts.back();
  response.report = last.report;
  response.output.function_error = last.failure.empty() ? "" : "Unhandled";
  DAVIT_TRY(show_cost(context, response.report, architecture));
  cli::Outcome outcome{.document = document_of(response, architecture, false)};
  outcome.document.data["attempts"] = end.attempts.size();
  if (!last.failure.empty()) {
    outcome.failure = failed_error(fmt::format("function '{}' failed: {}", request.function, last.failure));
  }
  return outcome;
}

Result<cli::Outcome> run_one(cli::Context& context, const InvokeRequest& request, aws::auth::Session& session, const Flags& flags,
                             Architecture architecture)
{
  const TimePoint sent = system_now();
  InvokeRequest once = request;
  // The patience of --wait is for the end, not for Lambda's "accepted".
  once.patience = flags.wait ? std::nullopt : request.patience;
  DAVIT_TRY_ASSIGN(InvokeResponse response, invoke(once, session));
  if (flags.wait) {
    return wait_for_end(context, request, std::move(response), session, sent, architecture);
  }
  DAVIT_TRY(show_log(context, session, request.function, response.output, sent));
  DAVIT_TRY(show_cost(context, response.report, architecture));
  return cli::Outcome{.document = document_of(response, architecture, context.streams().out.is_terminal()),
                      .failure = function_failure(request.function, response.output)};
}

/// One line of `--events`: the figures of an invocation, or why there are none.
OrderedJson invocation_document(const Invocation& invocation, Architecture architecture)
{
  OrderedJson out{{"event", invocation.event + 1}, {"latencyMs", invocation.latency_ms}, {"error", nullptr}};
  if (!invocation.response) {
    out["error"] = invocation.response.error().message;
    return out;
  }
  if (const auto failure = function_failure("", invocation.response->output)) {
    out["error"] = failure->message;
  }
  out.update(data_of(*invocation.response, architecture));
  return out;
}

Result<cli::Outcome> run_many(cli::Context& context, const BatchRequest& request, aws::auth::Session& session, bool with_each,
                              Architecture architecture)
{
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const std::size_t count = request.payloads.size() * static_cast<std::size_t>(request.repeat);
  BatchSummary summary{architecture};
  OrderedJson each = OrderedJson::array();
  std::string payloads;
  std::size_t ended = 0;
  DAVIT_TRY(invoke_batch(request, session, [&](const Invocation& invocation) -> Status {
    summary.add(invocation);
    progress.update(fmt::format("invoke: {} of {}", ++ended, count));
    if (with_each) {
      each.push_back(invocation_document(invocation, architecture));
      payloads += invocation.response ? invocation.response->output.payload + "\n" : "";
    }
    return {};
  }));
  progress.clear();
  cli::Outcome outcome{.document = {.data = summary.to_json(), .text = summary.to_text()}, .failure = summary.failure()};
  if (with_each) {
    DAVIT_TRY(say(context, summary.to_text()));
    outcome.document = {
        .data = {{"invocations", std::move(each)}, {"summary", summary.to_json()}}, .list_member = "invocations", .text = payloads};
  }
  return outcome;
}

Result<cli::Outcome> run(cli::Context& context, Flags flags)
{
  DAVIT_TRY_ASSIGN(const std::string name, take_function(flags));
  DAVIT_TRY(check(flags));
  DAVIT_TRY_ASSIGN(const FunctionTarget target, find_function(context, name));
  DAVIT_TRY_ASSIGN(InvokeRequest request, request_of(context, flags, target));
  const bool is_batch = !flags.events.empty() || flags.repeat > 0;
  BatchRequest batch{.each = request, .payloads = {}, .repeat = std::max(flags.repeat, 1), .concurrency = flags.concurrency};
  if (flags.events.empty()) {
    DAVIT_TRY_ASSIGN(request.payload, event_payload(context, flags.event));
    batch.payloads = {request.payload};
  } else {
    DAVIT_TRY_ASSIGN(batch.payloads, event_payloads(context, flags.events));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  const InterruptScope interruptible;
  return is_batch ? run_many(context, batch, *session, !flags.events.empty(), target.architecture)
                  : run_one(context, request, *session, flags, target.architecture);
}

void add_event_flags(CLI::App& command, Flags& flags)
{
  command
      .add_option("FUNCTION_METHOD_PATH", flags.words,
                  "[FUNCTION] [METHOD PATH]: a function (default: the handler), and an HTTP request to make the event of")
      ->expected(0, 3);
  command.add_option("--event", flags.event.file, "Send this JSON document; - is standard input")->type_name("FILE");
  command.add_option("--events", flags.events, "Send every JSON document of this file, such as JSON lines; - is standard input")
      ->type_name("FILE");
  command.add_option("-H,--header", flags.event.headers, "A header of the HTTP request, 'Name: value'")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  command.add_option("-d,--data", flags.event.body, "The body of the HTTP request; @FILE reads a file, @- standard input")
      ->type_name("BODY");
  command.add_option("--token", flags.event.token, "Authorize the HTTP request by a token of this profile of davit.yaml")
      ->type_name("PROFILE");
}

}  // namespace

void add_invoke(CLI::App& root, cli::Registry& registry)
{
  constexpr int k_most_repeats = 1'000'000;
  constexpr int k_most_at_once = 1'000;
  CLI::App& command = registry.add(root, "invoke", invoke_doc());
  const auto flags = std::make_shared<Flags>();
  add_event_flags(command, *flags);
  command.add_option("--qualifier", flags->qualifier, "Version or alias")->type_name("QUALIFIER");
  command.add_option("--type", flags->type, "event returns at once; dry-run only checks that the call is allowed")
      ->check(cli::one_of({"request-response", "event", "dry-run"}))
      ->type_name("TYPE");
  command.add_flag("--wait", flags->wait, "With --type event: follow it in the log to its end");
  command.add_option("--client-context", flags->client_context, "A JSON object for the function's context; @FILE reads a file")
      ->type_name("JSON");
  command
      .add_option("--timeout", flags->timeout,
                  "How long to wait for the answer (default: a little longer than the function may run), or for the end with --wait (15m)")
      ->type_name("DURATION");
  command.add_option("--repeat", flags->repeat, "Send so many times")->check(CLI::Range(1, k_most_repeats))->type_name("N");
  command.add_option("--concurrency", flags->concurrency, "How many invocations may be under way at once (default: 1)")
      ->check(CLI::Range(1, k_most_at_once))
      ->type_name("N");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::invoke
