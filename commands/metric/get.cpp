// SPDX-License-Identifier: Apache-2.0
#include "commands/metric/get.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <regex>
#include <set>

#include "aws/core/spelling.hpp"
#include "aws/core/time.hpp"

namespace davit::commands::metric {
namespace {

using davit::aws::cloudwatch::GetMetricDataInput;
using davit::aws::cloudwatch::Series;

struct Flags {
  std::string metric;
  std::string function;
  std::vector<std::string> statistics;
  std::vector<std::string> dimensions;
  std::string period = "1m";
  std::string since = "1h";
  std::string until;
};

struct Shortcut {
  std::string_view name;
  std::string_view metric;
  std::vector<std::string> statistics;
};

/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
const std::vector<Shortcut>& shortcuts()
{
  static const std::vector<Shortcut> all{{"invocations", "Invocations", {"Sum"}},
                                         {"errors", "Errors", {"Sum"}},
                                         {"throttles", "Throttles", {"Sum"}},
                                         {"duration", "Duration", {"Average", "p95", "Maximum"}},
                                         {"concurrency", "ConcurrentExecutions", {"Maximum"}},
                                         {"async-age", "AsyncEventAge", {"Maximum"}},
                                         {"async-dropped", "AsyncEventsDropped", {"Sum"}}};
  return all;
}

cli::CommandDoc get_doc()
{
  return {
      .summary = "Show a metric over time [API: GetMetricData]",
      .description =
          "METRIC is a shortcut for one of Lambda's (invocations, errors, throttles, duration, concurrency, async-age, async-dropped), of the "
          "FUNCTION of davit.yaml or of any name (default: the handler), or NAMESPACE:NAME with its --dimension.\n"
          "--stat is Sum, Average, Minimum, Maximum, SampleCount, a percentile such as p95 or p99.9, or tm, wm, tc, ts with a number.\n"
          "-o json prints namespace, metric, dimensions, periodSeconds and series[] of statistic, complete and points[] of timestamp, value; "
          "a time without data has no point.",
      .examples = {{"davit metric get errors --env prod --since 3h --period 5m", "Failed invocations of the handler"},
                   {"davit metric get duration worker --env prod --stat p50 --stat p99", "Percentiles of another function"},
                   {"davit metric get AWS/DynamoDB:ConsumedReadCapacityUnits --dimension TableName=shop-prod-orders --stat Sum",
                    "Any metric of the account"}}};
}

Result<TimePoint> time_of(const std::string& text, TimePoint now)
{
  if (const auto ago = parse_duration(text)) {
    return now - *ago;
  }
  auto time = parse_time(text);
  return time ? std::move(time)
              : fail(usage_error(fmt::format("'{}' is no time", text), "write how long ago, such as 3h, or 2026-11-26T03:00:00Z"));
}

Result<std::chrono::seconds> parse_period(const std::string& text)
{
  DAVIT_TRY_ASSIGN(const auto duration, parse_duration(text));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  const auto count = seconds.count();
  const bool is_short = count == 1 || count == 5 || count == 10 || count == 20 || count == 30;
  return seconds == duration && count > 0 && (is_short || count % 60 == 0)
             ? Result<std::chrono::seconds>(seconds)
             : fail(usage_error(fmt::format("CloudWatch has no period of {}", text), "1s, 5s, 10s, 20s, 30s, or whole minutes"));
}

Result<std::string> function_name(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project_if_any());
  const bool is_handler = project != nullptr && project->handler && (name.empty() || name == "handler");
  if (is_handler || (project != nullptr && project->functions.contains(name))) {
    return project->physical_name(is_handler ? "handler" : name);
  }
  return name.empty()
             ? fail(usage_error("no function is named, and there is no davit.yaml to take it from", "name the function, or use --project"))
             : Result<std::string>(name);
}

Result<GetMetricDataInput> input_of(cli::Context& context, const Flags& flags)
{
  DAVIT_TRY_ASSIGN(const MetricName name, parse_metric(flags.metric));
  GetMetricDataInput input{.metric = name.metric, .statistics = flags.statistics.empty() ? name.statistics : std::vector<std::string>{}};
  for (const auto& text : flags.statistics) {
    DAVIT_TRY_ASSIGN(std::string statistic, parse_statistic(text));
    input.statistics.push_back(std::move(statistic));
  }
  DAVIT_TRY_ASSIGN(input.period, parse_period(flags.period));
  const TimePoint now = system_now();
  DAVIT_TRY_ASSIGN(input.start, time_of(flags.since, now));
  input.end = now;
  if (!flags.until.empty()) {
    DAVIT_TRY_ASSIGN(input.end, time_of(flags.until, now));
  }
  if (input.end <= input.start) {
    return fail(usage_error("--until is not after --since"));
  }
  for (const auto& text : flags.dimensions) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(usage_error(fmt::format("'{}' is no dimension", text), "write NAME=VALUE"));
    }
    input.metric.dimensions[text.substr(0, equals)] = text.substr(equals + 1);
  }
  if (name.is_of_function) {
    DAVIT_TRY_ASSIGN(input.metric.dimensions["FunctionName"], function_name(context, flags.function));
  } else if (!flags.function.empty()) {
    return fail(usage_error("a FUNCTION belongs to a shortcut", "say what is meant by --dimension NAME=VALUE"));
  }
  return input;
}

OrderedJson to_json(const GetMetricDataInput& input, const std::vector<Series>& series)
{
  OrderedJson list = OrderedJson::array();
  for (const auto& each : series) {
    OrderedJson points = OrderedJson::array();
    for (const auto& point : each.points) {
      points.push_back({{"timestamp", to_rfc3339(point.time)}, {"value", point.value}});
    }
    list.push_back({{"statistic", each.statistic}, {"complete", each.is_complete}, {"points", std::move(points)}});
  }
  return {{"namespace", input.metric.name_space},
          {"metric", input.metric.name},
          {"dimensions", OrderedJson(input.metric.dimensions)},
          {"periodSeconds", input.period.count()},
          {"series", std::move(list)}};
}

/// A row a time, a column a statistic.
cli::Table table_of(const std::vector<Series>& series)
{
  cli::Table table{.header = {"TIME"}, .rows = {}};
  std::set<TimePoint> times;
  for (const auto& each : series) {
    table.header.push_back(each.statistic);
    for (const auto& point : each.points) {
      times.insert(point.time);
    }
  }
  for (const TimePoint time : times) {
    auto& row = table.rows.emplace_back(std::vector<std::string>{to_rfc3339(time)});
    for (const auto& each : series) {
      const auto found = std::find_if(each.points.begin(), each.points.end(), [&](const auto& point) { return point.time == time; });
      row.push_back(found == each.points.end() ? "" : fmt::format("{:g}", found->value));
    }
  }
  return table;
}

Result<cli::Outcome> run(cli::Context& context, const Flags& flags)
{
  DAVIT_TRY_ASSIGN(const GetMetricDataInput input, input_of(context, flags));
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const auto series, davit::aws::cloudwatch::Client(*session).get_metric_data(input));
  return cli::Outcome{.document = {.data = to_json(input, series), .table = table_of(series), .list_member = "series"}};
}

}  // namespace

Result<MetricName> parse_metric(const std::string& text)
{
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos && colon > 0 && colon + 1 < text.size()) {
    return MetricName{.metric = {.name_space = text.substr(0, colon), .name = text.substr(colon + 1)}, .statistics = {"Average"}};
  }
  std::vector<std::string> names;
  for (const auto& shortcut : shortcuts()) {
    if (shortcut.name == text) {
      return MetricName{.metric = {.name_space = "AWS/Lambda", .name = std::string(shortcut.metric)},
                        .statistics = shortcut.statistics,
                        .is_of_function = true};
    }
    names.emplace_back(shortcut.name);
  }
  const auto near = nearest(text, names);
  return fail(
      usage_error(fmt::format("'{}' is no metric", text),
                  near ? fmt::format("did you mean '{}'?", *near) : fmt::format("write NAMESPACE:NAME, or {}", fmt::join(names, ", "))));
}

Result<std::string> parse_statistic(const std::string& text)
{
  static const std::regex known{R"((Sum|Average|Minimum|Maximum|SampleCount|IQM|(p|tm|wm|tc|ts)(100|[0-9]{1,2}(\.[0-9]{1,10})?)))"};
  if (std::regex_match(text, known)) {
    return text;
  }
  const std::vector<std::string> names{"Sum", "Average", "Minimum", "Maximum", "SampleCount"};
  const auto near = nearest(text, names);
  return fail(usage_error(fmt::format("'{}' is no statistic", text),
                          near ? fmt::format("did you mean '{}'?", *near) : "such as Sum, Average, p95"));
}

void add_get(CLI::App& group, cli::Registry& registry)
{
  const auto flags = std::make_shared<Flags>();
  CLI::App& command = registry.add(group, "get", get_doc());
  command.add_option("METRIC", flags->metric, "A shortcut, or NAMESPACE:NAME")->required()->type_name("METRIC");
  command.add_option("FUNCTION", flags->function, "The function that a shortcut is about (default: the handler)")->type_name("FUNCTION");
  command.add_option("--stat", flags->statistics, "A statistic or percentile; may be repeated")->allow_extra_args(false)->type_name("STAT");
  command.add_option("--dimension", flags->dimensions, "NAME=VALUE; may be repeated")->allow_extra_args(false)->type_name("DIMENSION");
  command.add_option("--period", flags->period, "Of one point (default: 1m)")->type_name("DURATION");
  command.add_option("--since", flags->since, "From this time, or this long ago (default: 1h)")->type_name("TIME|DURATION");
  command.add_option("--until", flags->until, "Up to this time, or this long ago")->type_name("TIME|DURATION");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::metric
