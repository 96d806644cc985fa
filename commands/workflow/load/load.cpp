// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "aws/auth/environment.hpp"
#include "aws/core/interrupt.hpp"
#include "cli/plan.hpp"
#include "cli/term/progress.hpp"
#include "commands/workflow/invoke/event.hpp"
#include "commands/workflow/invoke/statistics.hpp"
#include "commands/workflow/load/engine.hpp"
#include "commands/workflow/request_event.hpp"
#include "commands/workflow/smoke/backend_target.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::load {
namespace {

using Steady = std::chrono::steady_clock;

struct Flags {
  std::vector<std::string> words;
  invoke::EventSource event;
  std::string target;
  ScheduleFlags schedule;
  std::vector<std::string> thresholds;
  std::size_t most_under_way = 200;
  std::string timeout = "30s";
  std::string confirm;
  bool dry_run = false;
};

constexpr const char* k_description =
    "Sends METHOD PATH to the API of the target, or an event to its function, at times that are fixed before: --rate requests a second for "
    "--duration, or the --stages 10s:5,30s:50, which go to 5 a second within ten seconds and then to 50 within thirty. A slow backend gets no "
    "fewer requests (an open model), and latencies count from the moment at which a request was due. One that could not be sent in time is "
    "counted as late: the figures are then those of an overloaded test, or of more than --max-in-flight requests under way.\n"
    "Errors are statuses from 400 on, functions that failed, and requests without an answer; none is sent twice. Each --threshold that is "
    "missed ends davit with 1: p50, p90, p95, p99, max and mean (200ms, 1s), errors and late (1%, or a count), rate (ended a second).\n"
    "Anything but loopback needs --confirm with the name of what is loaded: the host of the API, or the function. --dry-run prints the plan "
    "and sends nothing.\n"
    "-o json prints target, plan, seconds, ratePerSecond, started, ended, late, longestLatenessMs, errors, statuses, errorKinds, latencyMs and "
    "thresholds[] of threshold, actual, ok.";

cli::CommandDoc load_doc()
{
  return {.summary = "Send requests at a rate, and hold the figures against thresholds",
          .description = k_description,
          .examples = {{"davit load GET /health --env local --rate 50 --duration 10s --threshold 'p95<200ms' --threshold 'errors<1%'",
                        "A steady rate, with limits that a CI job fails by"},
                       {"davit load GET /products --env local --stages 10s:5,30s:50,10s:0", "Up and down again"},
                       {"davit load --env local --event events/job.json --target worker --rate 5", "A function by its events"},
                       {"davit load GET /health --target https://api.example.com --confirm api.example.com", "An API that others use"}},
          .changes = cli::Changes::something};
}

/// What is loaded, ready to be sent.
struct Load {
  smoke::Destination destination;
  aws::http::Request request;  ///< to an API
  std::string payload;         ///< to a function
  bool is_http = false;        ///< METHOD PATH was given
};

Result<aws::http::Request> api_request(cli::Context& context, const smoke::Destination& destination, const invoke::EventSource& event)
{
  DAVIT_TRY_ASSIGN(aws::http::Request request, invoke::http_request(context, event));
  DAVIT_TRY_ASSIGN(request,
                   smoke::http_request(*destination.url,
                                       {.method = request.method, .path = event.path, .headers = request.headers, .body = request.body}));
  return request;
}

Result<Load> prepare(cli::Context& context, Flags flags)
{
  if (flags.words.size() == 1 || flags.words.empty() == flags.event.file.empty()) {
    return fail(usage_error("what is to be sent?", "write davit load METHOD PATH, or davit load --event FILE"));
  }
  if (!flags.words.empty()) {
    flags.event.method = flags.words[0];
    flags.event.path = flags.words[1];
  }
  DAVIT_TRY(invoke::check(flags.event));
  const std::string usual = context.globals().environment == "local" && flags.event.file.empty() ? "local" : "function";
  Load load{.is_http = !flags.words.empty()};
  DAVIT_TRY_ASSIGN(load.destination, smoke::find_destination(context, flags.target.empty() ? usual : flags.target));
  if (load.destination.url && load.is_http) {
    DAVIT_TRY_ASSIGN(load.request, api_request(context, load.destination, flags.event));
    return load;
  }
  load.destination.url.reset();
  if (!load.destination.function) {
    return fail(usage_error("no function is known to send an event to", "use --target FUNCTION, or a davit.yaml with a handler"));
  }
  DAVIT_TRY_ASSIGN(load.payload, invoke::event_payload(context, flags.event));
  return load;
}

std::string name_of(const Load& load)
{
  return load.destination.url ? load.destination.url->host : load.destination.function->physical_name;
}

std::string words_of(const Load& load)
{
  return load.destination.url
             ? fmt::format("{} {}", load.request.method, load.request.url.to_string())
             : fmt::format("function {}{}{}", name_of(load), load.destination.qualifier.empty() ? "" : ":", load.destination.qualifier);
}

cli::Plan plan_of(const Load& load, const Schedule& schedule)
{
  return {.steps = {{.kind = cli::PlanStep::Kind::run,
                     .target = words_of(load),
                     .reason = fmt::format("{} requests: {}", schedule.count(), schedule.text())}}};
}

Status check_confirmed(cli::Context& context, const Load& load, const std::string& confirmed)
{
  bool is_loopback = load.destination.url && load.destination.url->is_loopback();
  if (!load.destination.url) {
    DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
    DAVIT_TRY_ASSIGN(const auto endpoint, session->endpoint("lambda"));
    is_loopback = endpoint.url.is_loopback();
  }
  if (is_loopback || confirmed == name_of(load)) {
    return {};
  }
  return fail(usage_error(confirmed.empty()
                              ? fmt::format("{} is not on this machine; nothing was sent", name_of(load))
                              : fmt::format("--confirm names '{}', but this would load '{}'; nothing was sent", confirmed, name_of(load)),
                          "others may use it, and each request costs: --confirm " + name_of(load)));
}

Result<std::vector<Threshold>> thresholds_of(const Flags& flags)
{
  std::vector<Threshold> out;
  for (const auto& text : flags.thresholds) {
    DAVIT_TRY_ASSIGN(auto threshold, parse_threshold(text));
    out.push_back(std::move(threshold));
  }
  return out;
}

aws::http::ClientSettings http_settings_of_process()
{
  const auto bundle = aws::auth::Environment::of_process().get("AWS_CA_BUNDLE");
  return {.ca_bundle = bundle ? std::optional<std::filesystem::path>(*bundle) : std::nullopt};
}

Status send_all(cli::Context& context, const Load& load, const Schedule& schedule, const LoadSettings& settings, Record& record)
{
  if (load.destination.url) {
    aws::http::Client client{http_settings_of_process()};
    return load_api(load.request, schedule, settings, client, record);
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  const aws::lambda::InvokeInput invocation{.function = load.destination.function->physical_name,
                                            .payload = load.payload,
                                            .qualifier = load.destination.qualifier,
                                            .log_tail = false};
  return load_function(invocation, load.is_http, schedule, settings, *session, record);
}

double rate_of(const Record& record, Steady::duration elapsed)
{
  return static_cast<double>(record.ended()) / std::max(1e-9, std::chrono::duration<double>(elapsed).count());
}

/// The live line, at most ten times a second.
std::function<void(const Record&)> live_line(cli::Progress& progress, const Schedule& schedule)
{
  return [&progress, &schedule, begin = Steady::now(), last = Steady::time_point{}](const Record& record) mutable {
    constexpr std::chrono::milliseconds k_pause{200};
    const auto now = Steady::now();
    if (now - last < k_pause) {
      return;
    }
    last = now;
    progress.update(fmt::format("load: {:.0f} of {:.0f} s, {} ended ({:.1f} a second), {} under way, {} errors, {} late",
                                std::chrono::duration<double>(now - begin).count(),
                                std::chrono::duration<double>(schedule.duration()).count(), record.ended(), rate_of(record, now - begin),
                                record.started() - record.ended(), record.errors(), record.late()));
  };
}

struct Judged {
  OrderedJson document = OrderedJson::array();
  std::vector<std::string> missed;
};

Judged judge_all(const std::vector<Threshold>& thresholds, const Record& record, Steady::duration elapsed)
{
  Judged out;
  for (const auto& threshold : thresholds) {
    const Verdict verdict = judge(threshold, record, elapsed);
    out.document.push_back({{"threshold", threshold.text}, {"actual", figure_text(threshold, verdict.actual)}, {"ok", verdict.ok}});
    if (!verdict.ok) {
      out.missed.push_back(fmt::format("{} (it is {})", threshold.text, figure_text(threshold, verdict.actual)));
    }
  }
  return out;
}

cli::Table table_of(const OrderedJson& data, const Record& record)
{
  cli::Table table{.header = {},
                   .rows = {{"target", data["target"].get<std::string>()},
                            {"requests", fmt::format("{} started, {} ended, {:.1f} a second", record.started(), record.ended(),
                                                     data["ratePerSecond"].get<double>())},
                            {"late", fmt::format("{}, by {:.1f} ms at most", record.late(), record.longest_lateness_ms())},
                            {"errors", std::to_string(record.errors())}}};
  for (const char* member : {"statuses", "errorKinds"}) {
    for (const auto& [name, count] : data[member].items()) {
      table.rows.push_back({"  " + name, count.dump()});
    }
  }
  table.rows.push_back({"latency", invoke::to_text(invoke::distribution(record.latencies_ms()))});
  for (const auto& threshold : data["thresholds"]) {
    table.rows.push_back({threshold["threshold"].get<std::string>(),
                          fmt::format("{}, {}", threshold["ok"].get<bool>() ? "met" : "MISSED", threshold["actual"].get<std::string>())});
  }
  return table;
}

cli::Outcome outcome_of(const Load& load, const Schedule& schedule, const std::vector<Threshold>& thresholds, const Record& record,
                        Steady::duration elapsed)
{
  const Judged judged = judge_all(thresholds, record, elapsed);
  OrderedJson data{{"target", words_of(load)},
                   {"plan", schedule.text()},
                   {"seconds", std::chrono::duration<double>(elapsed).count()},
                   {"ratePerSecond", rate_of(record, elapsed)}};
  data.update(record.to_json());
  data["thresholds"] = judged.document;
  cli::Outcome outcome{.document = {.data = data, .table = table_of(data, record)}};
  if (!judged.missed.empty()) {
    outcome.failure = failed_error(
        fmt::format("load: {} of {} thresholds missed: {}", judged.missed.size(), thresholds.size(), fmt::join(judged.missed, ", ")));
  }
  return outcome;
}

Result<cli::Outcome> run(cli::Context& context, const Flags& flags)
{
  DAVIT_TRY_ASSIGN(const Schedule schedule, parse_schedule(flags.schedule));
  DAVIT_TRY_ASSIGN(const auto thresholds, thresholds_of(flags));
  DAVIT_TRY_ASSIGN(const auto timeout, parse_duration(flags.timeout));
  DAVIT_TRY_ASSIGN(const Load load, prepare(context, flags));
  if (flags.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan_of(load, schedule))};
  }
  DAVIT_TRY(check_confirmed(context, load, flags.confirm));
  const InterruptScope interruptible;
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const LoadSettings settings{.most_under_way = flags.most_under_way, .timeout = timeout, .watch = live_line(progress, schedule)};
  Record record;
  const auto begin = Steady::now();
  const Status sent = send_all(context, load, schedule, settings, record);
  progress.clear();
  if (!sent && sent.error().kind != ErrorKind::cancelled) {
    return fail(sent.error());
  }
  cli::Outcome outcome = outcome_of(load, schedule, thresholds, record, Steady::now() - begin);
  if (!sent) {
    outcome.failure = sent.error();
  }
  return outcome;
}

void add_request_flags(CLI::App& command, Flags& flags)
{
  command.add_option("METHOD_PATH", flags.words, "METHOD PATH: the HTTP request that is sent")->expected(0, 2);
  command.add_option("--event", flags.event.file, "Send this JSON document to the function instead; - is standard input")
      ->type_name("FILE");
  command.add_option("-H,--header", flags.event.headers, "A header of the request, 'Name: value'")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  command.add_option("-d,--data", flags.event.body, "The body of the request; @FILE reads a file, @- standard input")->type_name("BODY");
  command.add_option("--token", flags.event.token, "Authorize the request by a token of this profile of davit.yaml")->type_name("PROFILE");
  command.add_option("--target", flags.target, "local, a URL, or FUNCTION[:QUALIFIER] (default: local with --env local, else the handler)")
      ->type_name("TARGET");
}

}  // namespace

void add_load(CLI::App& root, cli::Registry& registry)
{
  constexpr std::size_t k_most_under_way = 10'000;
  constexpr double k_highest = 10'000;
  CLI::App& command = registry.add(root, "load", load_doc());
  const auto flags = std::make_shared<Flags>();
  add_request_flags(command, *flags);
  command
      .add_option("--rate", flags->schedule.rate,
                  "Requests a second (default: 10); with --stages the rate that the first one begins at (0)")
      ->check(CLI::Range(0.0, k_highest))
      ->type_name("N");
  command.add_option("--duration", flags->schedule.duration, "For how long (default: 30s)")->type_name("DURATION");
  command.add_option("--stages", flags->schedule.stages, "DURATION:RATE, separated by commas: each goes evenly to its rate")
      ->type_name("STAGES");
  command.add_option("--threshold", flags->thresholds, "A figure and its bound, such as p95<200ms; may be repeated")
      ->type_name("THRESHOLD")
      ->allow_extra_args(false);
  command.add_option("--max-in-flight", flags->most_under_way, "How many requests may be under way at once (default: 200)")
      ->check(CLI::Range(std::size_t{1}, k_most_under_way))
      ->type_name("N");
  command.add_option("--timeout", flags->timeout, "How long one request may be silent (default: 30s)")->type_name("DURATION");
  command.add_option("--confirm", flags->confirm, "The host or function that is loaded, when it is not on this machine")->type_name("NAME");
  command.add_flag("--dry-run", flags->dry_run, "Print the plan and send nothing");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::load
