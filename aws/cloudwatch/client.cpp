// SPDX-License-Identifier: Apache-2.0
#include "aws/cloudwatch/client.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/json_members.hpp"

namespace davit::aws::cloudwatch {
namespace {

/// Times are seconds since 1970, with a fraction or without.
TimePoint time_of(double seconds)
{
  return TimePoint{std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)}};
}

double seconds_of(TimePoint time)
{
  return static_cast<double>(time.time_since_epoch().count()) / 1000;
}

Json dimensions_document(const std::map<std::string, std::string>& dimensions)
{
  Json out = Json::array();
  for (const auto& [name, value] : dimensions) {
    out.push_back({{"Name", name}, {"Value", value}});
  }
  return out;
}

Alarm read_alarm(const Json& object)
{
  Alarm out{.name = text_member(object, "AlarmName"),
            .arn = text_member(object, "AlarmArn"),
            .description = text_member(object, "AlarmDescription"),
            .state = text_member(object, "StateValue"),
            .state_reason = text_member(object, "StateReason"),
            .actions_enabled = flag_member(object, "ActionsEnabled"),
            .metric = text_member(object, "MetricName"),
            .name_space = text_member(object, "Namespace"),
            .statistic = text_member(object, "Statistic"),
            .comparison = text_member(object, "ComparisonOperator"),
            .threshold = number_member(object, "Threshold"),
            .period_s = static_cast<int>(integer_member(object, "Period").value_or(0)),
            .evaluation_periods = static_cast<int>(integer_member(object, "EvaluationPeriods").value_or(0))};
  out.actions = {{"ALARM", texts_member(object, "AlarmActions")},
                 {"OK", texts_member(object, "OKActions")},
                 {"INSUFFICIENT_DATA", texts_member(object, "InsufficientDataActions")}};
  out.statistic = out.statistic.empty() ? text_member(object, "ExtendedStatistic") : out.statistic;
  if (const auto updated = number_member(object, "StateUpdatedTimestamp")) {
    out.state_updated = time_of(*updated);
  }
  for (const auto& dimension : array_member(object, "Dimensions")) {
    out.dimensions.emplace(text_member(dimension, "Name"), text_member(dimension, "Value"));
  }
  return out;
}

/// One query a statistic: "s0", "s1".
Json queries_of(const GetMetricDataInput& input)
{
  const Json metric = {{"Namespace", input.metric.name_space},
                       {"MetricName", input.metric.name},
                       {"Dimensions", dimensions_document(input.metric.dimensions)}};
  Json queries = Json::array();
  for (const auto& statistic : input.statistics) {
    queries.push_back({{"Id", "s" + std::to_string(queries.size())},
                       {"MetricStat", {{"Metric", metric}, {"Period", input.period.count()}, {"Stat", statistic}}}});
  }
  return queries;
}

void take_result(const Json& result, std::vector<Series>& series)
{
  const std::string id = text_member(result, "Id");
  const auto found =
      std::find_if(series.begin(), series.end(), [&](const Series& each) { return id == "s" + std::to_string(&each - series.data()); });
  if (found == series.end()) {
    return;
  }
  const Json& times = array_member(result, "Timestamps");
  const Json& values = array_member(result, "Values");
  for (std::size_t i = 0; i < std::min(times.size(), values.size()); ++i) {
    if (times[i].is_number() && values[i].is_number()) {
      found->points.push_back({.time = time_of(times[i].get<double>()), .value = values[i].get<double>()});
    }
  }
  found->is_complete = text_member(result, "StatusCode") == "Complete";
}

}  // namespace

Result<std::vector<Alarm>> Client::describe_alarms(const DescribeAlarmsInput& input)
{
  Json body = {{"AlarmTypes", {"MetricAlarm"}}};
  const auto add = [&body](const char* name, const auto& value) {
    if (!value.empty()) {
      body[name] = value;
    }
  };
  add("AlarmNames", input.names);
  add("AlarmNamePrefix", input.prefix);
  add("StateValue", input.state);
  std::vector<Alarm> out;
  while (true) {
    DAVIT_TRY_ASSIGN(const Json page, m_service.call_json({.operation = "DescribeAlarms", .body = dump_json(body)}));
    for (const auto& alarm : array_member(page, "MetricAlarms")) {
      out.push_back(read_alarm(alarm));
    }
    const std::string next = text_member(page, "NextToken");
    if (next.empty()) {
      return out;
    }
    body["NextToken"] = next;
  }
}

Status Client::set_alarm_state(const std::string& name, const std::string& state, const std::string& reason)
{
  const Json body = {{"AlarmName", name}, {"StateValue", state}, {"StateReason", reason}};
  DAVIT_TRY(m_service.call_json({.operation = "SetAlarmState", .body = dump_json(body), .effect = auth::Effect::write}));
  return {};
}

Result<std::vector<Series>> Client::get_metric_data(const GetMetricDataInput& input)
{
  Json body = {{"MetricDataQueries", queries_of(input)},
               {"StartTime", seconds_of(input.start)},
               {"EndTime", seconds_of(input.end)},
               {"ScanBy", "TimestampAscending"}};
  std::vector<Series> out;
  for (const auto& statistic : input.statistics) {
    out.push_back({.statistic = statistic, .points = {}});
  }
  while (true) {
    DAVIT_TRY_ASSIGN(const Json page, m_service.call_json({.operation = "GetMetricData", .body = dump_json(body)}));
    for (const auto& result : array_member(page, "MetricDataResults")) {
      take_result(result, out);
    }
    const std::string next = text_member(page, "NextToken");
    if (next.empty()) {
      break;
    }
    body["NextToken"] = next;
  }
  for (auto& series : out) {
    std::stable_sort(series.points.begin(), series.points.end(), [](const DataPoint& a, const DataPoint& b) { return a.time < b.time; });
  }
  return out;
}

}  // namespace davit::aws::cloudwatch
