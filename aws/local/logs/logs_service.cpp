// SPDX-License-Identifier: Apache-2.0
#include "aws/local/logs/logs_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/local/json_input.hpp"
#include "aws/local/json_service.hpp"
#include "aws/local/logs/log_documents.hpp"
#include "aws/local/logs/log_reading.hpp"
#include "aws/local/logs/tag_operations.hpp"

namespace davit::aws::local::logs {
namespace {

constexpr std::array<std::int64_t, 23> k_retentions{1,   3,   5,   7,    14,   30,   60,   90,   120,  150,  180, 365,
                                                    400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, 3654};
constexpr std::size_t k_most_in_batch = 10'000;
constexpr std::size_t k_batch_bytes = 1'048'576;
constexpr std::int64_t k_hour_ms = 3'600'000;
constexpr std::int64_t k_day_ms = 24 * k_hour_ms;
constexpr std::int64_t k_oldest_ms = 14 * k_day_ms;
constexpr std::int64_t k_newest_ms = 2 * k_hour_ms;

tl::unexpected<Fault> invalid(std::string message)
{
  return refuse("InvalidParameterException", std::move(message));
}

bool is_group_name(std::string_view name)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-/.#").find(c) != std::string_view::npos;
  };
  return std::all_of(name.begin(), name.end(), allowed);
}

/// Of a group or a stream: 1 to 512 characters.
Answer<void> check_length(const char* member, const std::string& name)
{
  if (name.empty() || name.size() > 512) {
    return invalid(fmt::format(
        "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must have length {} than or equal to {}",
        name, member, name.empty() ? "greater" : "less", name.empty() ? 1 : 512));
  }
  return {};
}

Answer<void> check_limit(const std::optional<std::int64_t>& limit)
{
  if (limit && (*limit < 1 || *limit > 50)) {
    return invalid(fmt::format(
        "1 validation error detected: Value '{}' at 'limit' failed to satisfy constraint: Member must have value {} than or equal to {}",
        *limit, *limit < 1 ? "greater" : "less", *limit < 1 ? 1 : 50));
  }
  return {};
}

/// One page of a list sorted by what `key` says; the token is the key of the last entry shown.
template <typename Entry>
Answer<Json> page_of(const std::vector<Entry>& entries, const Json& input, const char* member,
                     const std::function<std::string(const Entry&)>& key, const std::function<Json(const Entry&)>& document)
{
  DAVIT_ANSWER_ASSIGN(const auto limit, input::integer(input, "limit"));
  DAVIT_ANSWER_ASSIGN(const auto token, input::text(input, "nextToken"));
  if (const auto checked = check_limit(limit); !checked) {
    return tl::unexpected(checked.error());
  }
  auto next = entries.begin();
  if (token) {
    next = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return key(entry) == *token; });
    if (next == entries.end()) {
      return invalid("The specified nextToken is invalid.");
    }
    ++next;
  }
  Json answer = {{member, Json::array()}};
  for (; next != entries.end(); ++next) {
    if (static_cast<std::int64_t>(answer[member].size()) == limit.value_or(50)) {
      answer["nextToken"] = key(*(next - 1));
      break;
    }
    answer[member].push_back(document(*next));
  }
  return answer;
}

class LogsService final : public JsonService
{
public:
  LogsService(LogStore& store, Clock clock) : JsonService("logs", front::Protocol::json_1_1), m_store(store), m_clock(std::move(clock))
  {
    serve("CreateLogGroup", [this](const Caller& caller, const Json& input) { return create_group(caller, input); });
    serve("DeleteLogGroup", [this](const Caller& caller, const Json& input) { return delete_group(caller, input); });
    serve("DescribeLogGroups", [this](const Caller& caller, const Json& input) { return describe_groups(caller, input); });
    serve("PutRetentionPolicy", [this](const Caller& caller, const Json& input) { return put_retention(caller, input); });
    serve("DeleteRetentionPolicy", [this](const Caller& caller, const Json& input) { return delete_retention(caller, input); });
    serve("CreateLogStream", [this](const Caller& caller, const Json& input) { return create_stream(caller, input); });
    serve("DeleteLogStream", [this](const Caller& caller, const Json& input) { return delete_stream(caller, input); });
    serve("DescribeLogStreams", [this](const Caller& caller, const Json& input) { return describe_streams(caller, input); });
    serve("PutLogEvents", [this](const Caller& caller, const Json& input) { return put_events(caller, input); });
    serve("GetLogEvents", [this](const Caller& caller, const Json& input) { return get_events(caller, input); });
    serve("FilterLogEvents", [this](const Caller& caller, const Json& input) { return filter_events(caller, input); });
    serve_tags();
  }

private:
  Answer<Json> create_group(const Caller& caller, const Json& input);
  Answer<Json> delete_group(const Caller& caller, const Json& input);
  Answer<Json> describe_groups(const Caller& caller, const Json& input);
  Answer<Json> put_retention(const Caller& caller, const Json& input);
  Answer<Json> delete_retention(const Caller& caller, const Json& input);
  Answer<Json> create_stream(const Caller& caller, const Json& input);
  Answer<Json> delete_stream(const Caller& caller, const Json& input);
  Answer<Json> describe_streams(const Caller& caller, const Json& input);
  Answer<Json> put_events(const Caller& caller, const Json& input);
  Answer<Json> get_events(const Caller& caller, const Json& input);
  Answer<Json> filter_events(const Caller& caller, const Json& input);

  void serve_tags();
  Answer<LogGroup> group(const Caller& caller, const Json& input);
  Answer<LogStream> stream(const LogGroup& group, const Json& input);
  [[nodiscard]] std::int64_t now_ms() const { return m_clock().time_since_epoch().count(); }

  LogStore& m_store;
  Clock m_clock;
};

void LogsService::serve_tags()
{
  const auto resource = [this](const Caller& caller, const Json& input) -> Answer<LogGroup> {
    DAVIT_ANSWER_ASSIGN(const auto arn, input::required_text(input, "resourceArn", "InvalidParameterException"));
    return group(caller, {{"logGroupIdentifier", arn}});
  };
  serve("ListTagsForResource", [this, resource](const Caller& caller, const Json& input) {
    return resource(caller, input).and_then([&](const LogGroup& tagged) { return list_tags(m_store, tagged); });
  });
  serve("TagResource", [this, resource](const Caller& caller, const Json& input) {
    return resource(caller, input).and_then([&](const LogGroup& tagged) { return add_tags(m_store, tagged, input.at("tags")); });
  });
  serve("UntagResource", [this, resource](const Caller& caller, const Json& input) {
    return resource(caller, input).and_then([&](const LogGroup& tagged) { return remove_tags(m_store, tagged, input.at("tagKeys")); });
  });
}

Answer<LogGroup> LogsService::group(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, group_name_of(input));
  DAVIT_STORED_ASSIGN(auto found, m_store.group(caller, name));
  if (!found) {
    return refuse("ResourceNotFoundException", "The specified log group does not exist.");
  }
  return std::move(*found);
}

Answer<LogStream> LogsService::stream(const LogGroup& group, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "logStreamName", "InvalidParameterException"));
  DAVIT_STORED_ASSIGN(auto found, m_store.stream(group, name));
  if (!found) {
    return refuse("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  return std::move(*found);
}

Answer<Json> LogsService::create_group(const Caller& caller, const Json& input)
{
  if (input.contains("kmsKeyId")) {
    return invalid("The local AWS does not serve kmsKeyId of a log group");
  }
  if (input.value("logGroupClass", "STANDARD") != "STANDARD") {
    return invalid("The local AWS serves log groups of class STANDARD only");
  }
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "logGroupName", "InvalidParameterException"));
  if (const auto checked = check_length("logGroupName", name); !checked) {
    return tl::unexpected(checked.error());
  }
  if (!is_group_name(name)) {
    return invalid(fmt::format(
        "1 validation error detected: Value '{}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression "
        "pattern: [\\.\\-_/#A-Za-z0-9]+",
        name));
  }
  DAVIT_STORED_ASSIGN(const bool created, m_store.create_group(caller, name, now_ms()));
  if (!created) {
    return refuse("ResourceAlreadyExistsException", "The specified log group already exists");
  }
  if (input.contains("tags")) {
    DAVIT_ANSWER_ASSIGN(const auto made, group(caller, input));
    return add_tags(m_store, made, input["tags"]);
  }
  return Json();
}

Answer<Json> LogsService::delete_group(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_STORED(m_store.remove_group(found));
  return Json();
}

Answer<Json> LogsService::describe_groups(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto prefix, input::text(input, "logGroupNamePrefix"));
  DAVIT_ANSWER_ASSIGN(const auto part, input::text(input, "logGroupNamePattern"));
  if (prefix && part) {
    return invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  }
  DAVIT_STORED_ASSIGN(auto groups, m_store.groups(caller));
  std::erase_if(groups, [&](const LogGroup& each) {
    return !each.name.starts_with(prefix.value_or("")) || each.name.find(part.value_or("")) == std::string::npos;
  });
  return page_of<LogGroup>(
      groups, input, "logGroups", [](const LogGroup& each) { return each.name; },
      [&](const LogGroup& each) { return part ? found_document(caller, each) : group_document(caller, each); });
}

Answer<Json> LogsService::put_retention(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto days, input::integer(input, "retentionInDays"));
  if (!days || std::find(k_retentions.begin(), k_retentions.end(), *days) == k_retentions.end()) {
    return invalid(fmt::format(
        "1 validation error detected: Value '{}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
        days.value_or(0), fmt::join(k_retentions, ", ")));
  }
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_STORED(m_store.set_retention(found, days));
  return Json();
}

Answer<Json> LogsService::delete_retention(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_STORED(m_store.set_retention(found, std::nullopt));
  return Json();
}

Answer<Json> LogsService::create_stream(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "logStreamName", "InvalidParameterException"));
  if (const auto checked = check_length("logStreamName", name); !checked) {
    return tl::unexpected(checked.error());
  }
  if (name.find_first_of(":*") != std::string::npos) {
    return invalid(
        fmt::format("1 validation error detected: Value '{}' at 'logStreamName' failed to satisfy constraint: Member must satisfy "
                    "regular expression pattern: [^:*]*",
                    name));
  }
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_STORED_ASSIGN(const bool created, m_store.create_stream(found, name, now_ms()));
  if (!created) {
    return refuse("ResourceAlreadyExistsException", "The specified log stream already exists");
  }
  return Json();
}

Answer<Json> LogsService::delete_stream(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_ANSWER_ASSIGN(const auto chosen, stream(found, input));
  DAVIT_STORED(m_store.remove_stream(chosen));
  return Json();
}

Answer<Json> LogsService::describe_streams(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto prefix, input::text(input, "logStreamNamePrefix"));
  DAVIT_ANSWER_ASSIGN(const auto order, input::text(input, "orderBy"));
  DAVIT_ANSWER_ASSIGN(const bool descending, input::flag(input, "descending"));
  if (order && order != "LastEventTime" && order != "LogStreamName") {
    return invalid(
        fmt::format("1 validation error detected: Value '{}' at 'orderBy' failed to satisfy constraint: Member must satisfy enum "
                    "value set: [LogStreamName, LastEventTime]",
                    *order));
  }
  if (order == "LastEventTime" && prefix) {
    return invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_STORED_ASSIGN(auto streams, m_store.streams(found));
  std::erase_if(streams, [&](const LogStream& each) { return !each.name.starts_with(prefix.value_or("")); });
  if (order == "LastEventTime") {
    std::stable_sort(streams.begin(), streams.end(),
                     [](const LogStream& a, const LogStream& b) { return a.last_event_ms < b.last_event_ms; });
  }
  if (descending) {
    std::reverse(streams.begin(), streams.end());
  }
  return page_of<LogStream>(
      streams, input, "logStreams", [](const LogStream& each) { return each.name; },
      [&](const LogStream& each) { return stream_document(caller, found.name, each); });
}

Answer<std::vector<NewLogEvent>> events_of(const Json& input)
{
  std::vector<NewLogEvent> events;
  std::size_t bytes = 0;
  for (const auto& each : input.value("logEvents", Json::array())) {
    events.push_back({.timestamp_ms = each.at("timestamp"), .message = each.at("message")});
    bytes += events.back().message.size() + 26;
    if (events.back().message.empty()) {
      return invalid("Log event message must not be empty");
    }
    if (events.size() > 1 && events.back().timestamp_ms < events[events.size() - 2].timestamp_ms) {
      return invalid("Log events in a single PutLogEvents request must be in chronological order.");
    }
  }
  if (events.empty() || events.size() > k_most_in_batch) {
    return invalid(
        "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and 10000");
  }
  if (events.back().timestamp_ms - events.front().timestamp_ms > k_day_ms) {
    return invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
  if (bytes > k_batch_bytes) {
    return invalid(fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, k_batch_bytes));
  }
  return events;
}

Answer<Json> LogsService::put_events(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto events, events_of(input));
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_ANSWER_ASSIGN(const auto chosen, stream(found, input));
  const std::int64_t now = now_ms();
  const auto first_good =
      std::find_if(events.begin(), events.end(), [&](const NewLogEvent& each) { return each.timestamp_ms >= now - k_oldest_ms; });
  const auto first_too_new =
      std::find_if(first_good, events.end(), [&](const NewLogEvent& each) { return each.timestamp_ms > now + k_newest_ms; });
  DAVIT_STORED(m_store.put(found, chosen, {first_good, first_too_new}, now));
  Json answer = {{"nextSequenceToken", fmt::format("{:056}", now)}};
  if (first_good != events.begin()) {
    answer["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"] = first_good - events.begin();
  }
  if (first_too_new != events.end()) {
    answer["rejectedLogEventsInfo"]["tooNewLogEventStartIndex"] = first_too_new - events.begin();
  }
  return answer;
}

Answer<Json> LogsService::get_events(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  DAVIT_ANSWER_ASSIGN(const auto chosen, stream(found, input));
  return get_log_events(m_store, found, chosen, input);
}

Answer<Json> LogsService::filter_events(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto found, group(caller, input));
  return filter_log_events(m_store, found, input);
}

}  // namespace

std::unique_ptr<Service> make_logs_service(LogStore& store, Clock clock)
{
  return std::make_unique<LogsService>(store, std::move(clock));
}

}  // namespace davit::aws::local::logs
