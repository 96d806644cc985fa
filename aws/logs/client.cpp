// SPDX-License-Identifier: Apache-2.0
#include "aws/logs/client.hpp"

#include <functional>
#include <nlohmann/json.hpp>

#include "aws/core/json_members.hpp"

namespace davit::aws::logs {
namespace {

std::optional<TimePoint> time_member(const Json& object, const char* name)
{
  const auto milliseconds = integer_member(object, name);
  return milliseconds ? std::optional(TimePoint{std::chrono::milliseconds{*milliseconds}}) : std::nullopt;
}

LogEvent read_event(const Json& object)
{
  return {.event_id = text_member(object, "eventId"),
          .stream = text_member(object, "logStreamName"),
          .time = time_member(object, "timestamp").value_or(TimePoint{}),
          .ingestion = time_member(object, "ingestionTime").value_or(TimePoint{}),
          .message = text_member(object, "message")};
}

Json filter_body(const FilterLogEventsInput& input)
{
  Json body = {{"logGroupName", input.group}};
  const auto add = [&body](const char* name, const auto& value, bool given) {
    if (given) {
      body[name] = value;
    }
  };
  add("startTime", input.start.value_or(TimePoint{}).time_since_epoch().count(), input.start.has_value());
  add("endTime", input.end.value_or(TimePoint{}).time_since_epoch().count(), input.end.has_value());
  add("filterPattern", input.pattern, !input.pattern.empty());
  add("logStreamNames", input.streams, !input.streams.empty());
  add("logStreamNamePrefix", input.stream_prefix, !input.stream_prefix.empty());
  add("nextToken", input.next_token, !input.next_token.empty());
  add("limit", input.limit.value_or(0), input.limit.has_value());
  return body;
}

/// Calls until no token comes back, and hands each page over.
Status for_each_page(auth::ServiceClient& service, const char* operation, Json input, const std::function<void(const Json&)>& take)
{
  while (true) {
    DAVIT_TRY_ASSIGN(const Json page, service.call_json({.operation = operation, .body = dump_json(input)}));
    take(page);
    const std::string next = text_member(page, "nextToken");
    if (next.empty()) {
      return {};
    }
    input["nextToken"] = next;
  }
}

}  // namespace

Result<FilterLogEventsPage> Client::filter_log_events(const FilterLogEventsInput& input)
{
  DAVIT_TRY_ASSIGN(const Json page,
                   m_service.call_json({.operation = "FilterLogEvents", .body = dump_json(filter_body(input)), .retry = input.retry}));
  FilterLogEventsPage out{.events = {}, .next_token = text_member(page, "nextToken")};
  for (const auto& event : array_member(page, "events")) {
    out.events.push_back(read_event(event));
  }
  return out;
}

Result<std::vector<LogEvent>> Client::all_log_events(FilterLogEventsInput input)
{
  std::vector<LogEvent> out;
  do {
    DAVIT_TRY_ASSIGN(auto page, filter_log_events(input));
    out.insert(out.end(), std::make_move_iterator(page.events.begin()), std::make_move_iterator(page.events.end()));
    input.next_token = page.next_token;
  } while (!input.next_token.empty());
  return out;
}

Result<std::string> Client::start_query(const StartQueryInput& input)
{
  const auto seconds = [](TimePoint time) { return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count(); };
  Json body = {
      {"logGroupName", input.group}, {"startTime", seconds(input.start)}, {"endTime", seconds(input.end)}, {"queryString", input.query}};
  if (input.limit) {
    body["limit"] = *input.limit;
  }
  DAVIT_TRY_ASSIGN(const Json answer, m_service.call_json({.operation = "StartQuery", .body = dump_json(body)}));
  return text_member(answer, "queryId");
}

Result<QueryResults> Client::get_query_results(const std::string& query_id)
{
  const Json body = {{"queryId", query_id}};
  DAVIT_TRY_ASSIGN(const Json answer, m_service.call_json({.operation = "GetQueryResults", .body = dump_json(body)}));
  const Json& statistics = object_member(answer, "statistics");
  QueryResults out{.status = text_member(answer, "status"),
                   .rows = {},
                   .records_matched = number_member(statistics, "recordsMatched").value_or(0),
                   .records_scanned = number_member(statistics, "recordsScanned").value_or(0),
                   .bytes_scanned = number_member(statistics, "bytesScanned").value_or(0)};
  for (const auto& row : array_member(answer, "results")) {
    std::vector<QueryField>& fields = out.rows.emplace_back();
    for (const auto& field : row.is_array() ? row : Json::array()) {
      fields.push_back({.name = text_member(field, "field"), .value = text_member(field, "value")});
    }
  }
  return out;
}

Status Client::stop_query(const std::string& query_id)
{
  const Json body = {{"queryId", query_id}};
  DAVIT_TRY(m_service.call_json({.operation = "StopQuery", .body = dump_json(body)}));
  return {};
}

Result<std::vector<LogGroup>> Client::describe_log_groups(const std::string& prefix)
{
  std::vector<LogGroup> out;
  const Json input = prefix.empty() ? Json::object() : Json{{"logGroupNamePrefix", prefix}};
  DAVIT_TRY(for_each_page(m_service, "DescribeLogGroups", input, [&out](const Json& page) {
    for (const auto& group : array_member(page, "logGroups")) {
      const auto retention = integer_member(group, "retentionInDays");
      out.push_back({.name = text_member(group, "logGroupName"),
                     .arn = text_member(group, "arn"),
                     .retention_days = retention ? std::optional(static_cast<int>(*retention)) : std::nullopt,
                     .stored_bytes = integer_member(group, "storedBytes").value_or(0)});
    }
  }));
  return out;
}

Result<std::vector<LogStream>> Client::describe_log_streams(const std::string& group, const std::string& prefix)
{
  std::vector<LogStream> out;
  Json input = {{"logGroupName", group}};
  if (!prefix.empty()) {
    input["logStreamNamePrefix"] = prefix;
  }
  DAVIT_TRY(for_each_page(m_service, "DescribeLogStreams", std::move(input), [&out](const Json& page) {
    for (const auto& stream : array_member(page, "logStreams")) {
      out.push_back({.name = text_member(stream, "logStreamName"),
                     .first_event = time_member(stream, "firstEventTimestamp"),
                     .last_event = time_member(stream, "lastEventTimestamp")});
    }
  }));
  return out;
}

Status Client::delete_log_group(const std::string& group)
{
  const Json input = {{"logGroupName", group}};
  DAVIT_TRY(m_service.call_json({.operation = "DeleteLogGroup", .body = dump_json(input)}));
  return {};
}

}  // namespace davit::aws::logs
