// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/logs/logs.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "aws/core/interrupt.hpp"
#include "cli/term/progress.hpp"
#include "commands/workflow/invocation_log.hpp"
#include "commands/workflow/log_group.hpp"
#include "commands/workflow/logs/event_output.hpp"
#include "commands/workflow/logs/insights.hpp"
#include "commands/workflow/logs/read_group.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::logs {
namespace {

struct Flags {
  std::string name;
  std::string filter;
  std::string since;
  std::string until;
  std::vector<std::string> streams;
  bool follow = false;
  std::string request_id;
  std::string insights;
  std::string timeout = "1m";
};

constexpr const char* k_description =
    "NAME is the handler when it is left out, a key of davit.yaml, any function, or a log group (/aws/apigateway/..., or its ARN). Without -o "
    "a line an event: time, version and sandbox, message. --filter takes CloudWatch's filter patterns: ERROR, '\"two words\"', "
    "'?one ?other', '-without', '{ $.status >= 500 }', '%regular expression%'.\n"
    "--follow goes on until Ctrl-C, or until the time of --until. CloudWatch shows events late and out of order, so each read overlaps those "
    "before by a minute and more, and an event is told by its id: none is shown twice. One that comes after a newer one is marked `late`. At "
    "the end the whole time is read once more, what came too late for every read is shown, and a line on stderr counts: "
    "`n shown, n late, 0 missing`. After Ctrl-C the exit code is 130, at the time of --until 0, and another one when that last read fails.\n"
    "--request-id shows one invocation from START to REPORT, all its attempts when Lambda repeated it, and waits for the REPORT as long as "
    "--timeout says.\n"
    "--insights runs a query of CloudWatch Logs Insights over the time: one of davit's own (errors, timeouts, slowest, latency, "
    "cold-starts, memory), one of `logs.queries` in davit.yaml, or the words of one.\n"
    "-o json prints group, events[] of timestamp, ingestionTime, stream, eventId, late and message, then shown, late and missing; -o jsonl an "
    "event a line, as they come. Of a query: query, rows[], recordsMatched, recordsScanned and bytesScanned.";

cli::CommandDoc logs_doc()
{
  return {.summary = "Read or follow the log of a function without losing a line [API: FilterLogEvents, StartQuery]",
          .description = k_description,
          .examples = {{"davit logs --env dev --since 1h", "The last hour of the handler"},
                       {"davit logs worker --env dev --follow --filter ERROR", "Errors of another function, as they come"},
                       {"davit logs --env prod --request-id 8f5f1a52-6a5c-4f3b-9d0e-2a9f6f0c1b11 --since 1d", "One invocation"},
                       {"davit logs --env prod --stream '2026/11/26/[7]*' -o jsonl", "What version 7 wrote on that day"},
                       {"davit logs --env prod --insights slowest --since 1d", "A query by its name"}}};
}

OrderedJson or_null(const std::optional<std::int64_t>& value)
{
  return value ? OrderedJson(*value) : OrderedJson();
}

OrderedJson totals_document(const Totals& totals)
{
  return {{"shown", totals.shown}, {"late", totals.late}, {"missing", or_null(totals.missing)}};
}

std::function<void(const std::string&)> notes_to_stderr(cli::Context& context)
{
  return [&context](const std::string& line) {
    if (!context.globals().quiet) {
      static_cast<void>(context.streams().err.write(fmt::format("davit: note: {}\n", line)));
      static_cast<void>(context.streams().err.flush());
    }
  };
}

Listener listener_of(cli::Context& context, EventOutput& output)
{
  return {.take = [&output](const aws::logs::LogEvent& event, Arrival arrival) { return output.write(event, arrival); },
          .page_ended = [&output] { return output.flush(); },
          .note = notes_to_stderr(context),
          .is_unread = [&output] { return output.is_unread(); }};
}

struct Range {
  TimePoint start;
  std::optional<TimePoint> end;
};

Result<Range> range_of(const Flags& flags, const char* default_since)
{
  const TimePoint now = system_now();
  Range range;
  DAVIT_TRY_ASSIGN(range.start, time_ago(flags.since.empty() ? default_since : flags.since, now));
  if (!flags.until.empty()) {
    DAVIT_TRY_ASSIGN(range.end, time_ago(flags.until, now));
  }
  if (range.end && *range.end <= range.start) {
    return fail(usage_error("--until is not after --since"));
  }
  return range;
}

Error explained(Error error, const std::string& group)
{
  if (error.kind == ErrorKind::not_found) {
    error.hint = "a function's group comes with its first invocation; check --env, --region and the name";
  }
  return std::move(error).wrap(fmt::format("reading log group {}", group));
}

Result<cli::Outcome> print_events(cli::Context& context, const Flags& flags, const std::string& group)
{
  DAVIT_TRY_ASSIGN(const StreamSelection streams, select_streams(flags.streams));
  DAVIT_TRY_ASSIGN(const Range range, range_of(flags, "10m"));
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  aws::logs::Client client{*session};
  EventOutput output{context, group};
  const Listener listener = listener_of(context, output);
  const aws::logs::FilterLogEventsInput input{.group = group,
                                              .start = range.start,
                                              .end = range.end,
                                              .pattern = flags.filter,
                                              .streams = streams.names,
                                              .stream_prefix = streams.prefix};
  SeenEvents seen;
  const auto totals = flags.follow ? follow(client, input, listener) : read_once(client, input, seen, listener).map([&](std::int64_t) {
    return Totals{.shown = seen.count(), .late = seen.late()};
  });
  if (!totals) {
    return fail(explained(totals.error(), group));
  }
  DAVIT_TRY(output.finish(totals_document(*totals)));
  if (!context.globals().quiet) {
    DAVIT_TRY(context.streams().err.write(fmt::format("davit: {}\n", totals_line(*totals))));
  }
  return interrupted() == 0 ? cli::Outcome{} : cli::Outcome{.document = {}, .failure = Error{.kind = ErrorKind::cancelled, .message = {}}};
}

/// What is wrong with what was found of a request, when something is.
std::optional<Error> incomplete(const std::vector<Attempt>& attempts, const std::string& group, const Flags& flags)
{
  if (attempts.empty()) {
    return not_found_error(fmt::format("log group {} has no START of request {}", group, flags.request_id),
                           "look further back with --since, or wait longer with --timeout");
  }
  if (!attempts.back().is_complete) {
    return Error{.kind = ErrorKind::unavailable,
                 .message = fmt::format("the REPORT of request {} did not come within {}", flags.request_id, flags.timeout),
                 .hint = "it may be running still; wait longer with --timeout"};
  }
  return std::nullopt;
}

Result<cli::Outcome> print_invocation(cli::Context& context, const Flags& flags, const std::string& group)
{
  DAVIT_TRY_ASSIGN(const Range range, range_of(flags, "3h"));
  DAVIT_TRY_ASSIGN(const auto limit, parse_duration(flags.timeout));
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  aws::logs::Client client{*session};
  const InterruptScope interruptible;
  const auto attempts = await_attempts(client, {.group = group, .request_id = flags.request_id, .since = range.start}, limit, is_finished);
  if (!attempts) {
    return fail(explained(attempts.error(), group));
  }
  EventOutput output{context, group};
  std::int64_t shown = 0;
  for (const auto& attempt : *attempts) {
    for (const auto& event : attempt.events) {
      DAVIT_TRY(output.write(event, Arrival::in_order));
      ++shown;
    }
  }
  DAVIT_TRY(output.finish({{"shown", shown}, {"late", 0}, {"missing", or_null(std::nullopt)}}));
  return cli::Outcome{.document = {}, .failure = incomplete(*attempts, group, flags)};
}

cli::Document query_document(const std::string& query, const aws::logs::QueryResults& results)
{
  OrderedJson rows = OrderedJson::array();
  for (const auto& row : results.rows) {
    rows.push_back(row_document(row));
  }
  cli::Table table;
  for (const auto& row : rows) {
    for (const auto& [name, value] : row.items()) {
      if (std::find(table.header.begin(), table.header.end(), name) == table.header.end()) {
        table.header.push_back(name);
      }
    }
  }
  for (const auto& row : rows) {
    auto& cells = table.rows.emplace_back();
    for (const auto& name : table.header) {
      cells.push_back(row.value(name, std::string()));
    }
  }
  return {.data = {{"query", query},
                   {"rows", std::move(rows)},
                   {"recordsMatched", results.records_matched},
                   {"recordsScanned", results.records_scanned},
                   {"bytesScanned", results.bytes_scanned}},
          .table = std::move(table),
          .list_member = "rows"};
}

Result<cli::Outcome> print_query(cli::Context& context, const Flags& flags, const std::string& group)
{
  DAVIT_TRY_ASSIGN(const Range range, range_of(flags, "1h"));
  DAVIT_TRY_ASSIGN(const auto limit, parse_duration(flags.timeout));
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project_if_any());
  const std::map<std::string, std::string> none;
  DAVIT_TRY_ASSIGN(const std::string query,
                   find_query(flags.insights, project != nullptr && project->logs ? project->logs->queries : none));
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  aws::logs::Client client{*session};
  const InterruptScope interruptible;
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const InsightsRequest request{.query = {.group = group, .start = range.start, .end = range.end.value_or(system_now()), .query = query},
                                .limit = limit};
  const auto results = run_query(client, request, [&](const aws::logs::QueryResults& so_far) {
    progress.update(fmt::format("logs: {} records scanned, {} matched", so_far.records_scanned, so_far.records_matched));
  });
  if (!results) {
    return fail(explained(results.error(), group));
  }
  return cli::Outcome{.document = query_document(query, *results)};
}

/// Flags that another way of reading has no use for are refused, not passed over.
Status check(const Flags& flags)
{
  const bool has_selection = !flags.filter.empty() || !flags.streams.empty() || flags.follow;
  if (!flags.request_id.empty() && has_selection) {
    return fail(
        usage_error("--request-id excludes --filter, --stream and --follow", "it shows one invocation, and waits for its end by itself"));
  }
  if (!flags.insights.empty() && (has_selection || !flags.request_id.empty())) {
    return fail(usage_error("--insights excludes --filter, --stream, --follow and --request-id", "filter within the query"));
  }
  return {};
}

Result<cli::Outcome> run(cli::Context& context, const Flags& flags)
{
  DAVIT_TRY(check(flags));
  DAVIT_TRY(range_of(flags, "10m"));
  DAVIT_TRY_ASSIGN(const std::string group, find_log_group(context, flags.name));
  if (!flags.request_id.empty()) {
    return print_invocation(context, flags, group);
  }
  return flags.insights.empty() ? print_events(context, flags, group) : print_query(context, flags, group);
}

}  // namespace

Result<TimePoint> time_ago(const std::string& text, TimePoint now)
{
  if (const auto duration = parse_duration(text)) {
    return now - *duration;
  }
  auto time = parse_time(text);
  return time ? std::move(time)
              : fail(usage_error(fmt::format("'{}' is no time", text), "write how long ago, such as 10m, or 2026-11-26T03:00:00Z"));
}

Result<StreamSelection> select_streams(const std::vector<std::string>& words)
{
  constexpr std::size_t k_most_streams = 100;
  StreamSelection out;
  for (const auto& word : words) {
    if (!word.ends_with('*')) {
      out.names.push_back(word);
    } else if (words.size() == 1) {
      out.prefix = word.substr(0, word.size() - 1);
    } else {
      return fail(usage_error("--stream takes names, or one beginning with a star behind it"));
    }
  }
  return out.names.size() <= k_most_streams ? Result<StreamSelection>(std::move(out))
                                            : fail(usage_error("CloudWatch Logs takes at most 100 streams", "use a prefix, or a --filter"));
}

std::string totals_line(const Totals& totals)
{
  return totals.missing ? fmt::format("{} shown, {} late, {} missing", totals.shown, totals.late, *totals.missing)
                        : fmt::format("{} shown", totals.shown);
}

void add_logs(CLI::App& root, cli::Registry& registry)
{
  CLI::App& command = registry.add(root, "logs", logs_doc());
  const auto flags = std::make_shared<Flags>();
  command.add_option("NAME", flags->name, "A function or a log group (default: the handler)")->type_name("NAME");
  command.add_option("--filter", flags->filter, "Only events that match this pattern")->type_name("PATTERN");
  command.add_option("--since", flags->since, "From this time, or this long ago (default: 10m; 3h with --request-id, 1h with --insights)")
      ->type_name("TIME|DURATION");
  command.add_option("--until", flags->until, "Up to this time, or this long ago")->type_name("TIME|DURATION");
  command.add_option("--stream", flags->streams, "Only these streams, or those that begin so: 'NAME*'")
      ->type_name("STREAM")
      ->allow_extra_args(false);
  command.add_flag("--follow", flags->follow, "Go on as events come, until Ctrl-C");
  command.add_option("--request-id", flags->request_id, "One invocation, from START to REPORT")->type_name("ID");
  command.add_option("--insights", flags->insights, "Run a query of Logs Insights, by its name or in its own words")->type_name("QUERY");
  command.add_option("--timeout", flags->timeout, "How long to wait for a REPORT or the end of a query (default: 1m)")
      ->type_name("DURATION");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::logs
