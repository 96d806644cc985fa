// SPDX-License-Identifier: Apache-2.0
#include "aws/local/logs/log_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/core/encoding.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/logs/filter_pattern.hpp"

namespace davit::aws::local::logs {
namespace {

constexpr std::int64_t k_most_events = 10'000;
constexpr std::size_t k_page_bytes = 1024 * 1024;
/// As in AWS, a page may end without a match before all events were looked at.
constexpr int k_most_scanned = 20'000;

/// 56 digits, as AWS's identifiers have: time, then order of arrival.
std::string event_id(std::int64_t timestamp_ms, std::int64_t id)
{
  return fmt::format("{:014}{:042}", timestamp_ms, id);
}

template <typename Number>
bool parse_digits(std::string_view text, Number& number)
{
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<LogPosition> position_of(std::string_view digits)
{
  LogPosition position;
  const bool legible =
      digits.size() == 56 && parse_digits(digits.substr(0, 14), position.timestamp_ms) && parse_digits(digits.substr(14), position.id);
  return legible ? std::optional(position) : std::nullopt;
}

Answer<std::int64_t> limit_of(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto limit, input::integer(input, "limit"));
  if (limit && (*limit < 1 || *limit > k_most_events)) {
    return refuse("InvalidParameterException",
                  fmt::format("1 validation error detected: Value '{}' at 'limit' failed to satisfy constraint: Member must have value {}",
                              *limit, *limit < 1 ? "greater than or equal to 1" : "less than or equal to 10000"));
  }
  return limit.value_or(k_most_events);
}

tl::unexpected<Fault> invalid_token()
{
  return refuse("InvalidParameterException", "The specified nextToken is invalid.");
}

Json event_document(const LogEvent& event)
{
  return {{"timestamp", event.timestamp_ms}, {"message", event.message}, {"ingestionTime", event.ingestion_ms}};
}

Answer<LogQuery> time_range(const Json& input, const LogGroup& group)
{
  LogQuery query{.group_id = group.id};
  DAVIT_ANSWER_ASSIGN(query.start_ms, input::integer(input, "startTime"));
  DAVIT_ANSWER_ASSIGN(query.end_ms, input::integer(input, "endTime"));
  return query;
}

/// "f/<position>/s" reads on, "b/<position>/s" reads back.
Answer<void> apply_token(LogQuery& query, const std::string& token)
{
  const auto position = token.size() == 60 && token[1] == '/' ? position_of(std::string_view(token).substr(2, 56)) : std::nullopt;
  if (!position || (token[0] != 'f' && token[0] != 'b')) {
    return invalid_token();
  }
  query.beyond = position;
  query.order = token[0] == 'f' ? LogOrder::oldest_first : LogOrder::newest_first;
  return {};
}

std::string page_token(char direction, const LogPosition& position)
{
  return fmt::format("{}/{}/s", direction, event_id(position.timestamp_ms, position.id));
}

Answer<std::vector<LogEvent>> read_page(LogStore& store, const LogQuery& query, std::int64_t limit)
{
  std::vector<LogEvent> events;
  std::size_t bytes = 0;
  const auto visit = [&](LogEvent event) {
    bytes += event.message.size() + 26;
    if (bytes > k_page_bytes && !events.empty()) {
      return false;
    }
    events.push_back(std::move(event));
    return static_cast<std::int64_t>(events.size()) < limit;
  };
  DAVIT_STORED(store.read(query, visit));
  if (query.order == LogOrder::newest_first) {
    std::reverse(events.begin(), events.end());
  }
  return events;
}

/// Between which positions a page stands. An empty one stands beyond the event that its token names, so that reading the other way begins
/// with that event.
std::pair<LogPosition, LogPosition> bounds_of(const std::vector<LogEvent>& events, const LogQuery& query)
{
  if (!events.empty()) {
    return {{events.front().timestamp_ms, events.front().id}, {events.back().timestamp_ms, events.back().id}};
  }
  const LogPosition here = query.beyond.value_or(LogPosition{});
  const LogPosition before{here.timestamp_ms, here.id > 0 ? here.id - 1 : 0};
  const LogPosition behind{here.timestamp_ms, here.id + 1};
  return query.order == LogOrder::oldest_first ? std::pair{behind, here} : std::pair{here, before};
}

/// The stream names that FilterLogEvents is limited to.
struct StreamChoice {
  std::vector<std::string> names;
  std::string prefix;

  [[nodiscard]] bool allows(const std::string& stream) const
  {
    return stream.starts_with(prefix) && (names.empty() || std::find(names.begin(), names.end(), stream) != names.end());
  }
};

Answer<StreamChoice> stream_choice_of(const Json& input)
{
  StreamChoice choice;
  DAVIT_ANSWER_ASSIGN(choice.names, input::texts(input, "logStreamNames"));
  DAVIT_ANSWER_ASSIGN(const auto prefix, input::text(input, "logStreamNamePrefix"));
  choice.prefix = prefix.value_or("");
  if (!choice.names.empty() && prefix) {
    return refuse("InvalidParameterException", "logStreamNames and logStreamNamePrefix cannot be used together.");
  }
  return choice;
}

Json filtered_document(const LogEvent& event)
{
  Json document = event_document(event);
  document["logStreamName"] = event.stream;
  document["eventId"] = event_id(event.timestamp_ms, event.id);
  return document;
}

}  // namespace

Answer<std::string> group_name_of(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto identifier, input::text(input, "logGroupIdentifier"));
  if (!identifier) {
    return input::required_text(input, "logGroupName", "InvalidParameterException");
  }
  if (input.contains("logGroupName")) {
    return refuse("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  }
  constexpr std::string_view k_resource = ":log-group:";
  const auto at = identifier->find(k_resource);
  std::string name = at == std::string::npos ? *identifier : identifier->substr(at + k_resource.size());
  return name.ends_with(":*") ? name.substr(0, name.size() - 2) : name;
}

Answer<Json> get_log_events(LogStore& store, const LogGroup& group, const LogStream& stream, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto limit, limit_of(input));
  DAVIT_ANSWER_ASSIGN(const bool from_head, input::flag(input, "startFromHead"));
  DAVIT_ANSWER_ASSIGN(const auto token, input::text(input, "nextToken"));
  DAVIT_ANSWER_ASSIGN(auto query, time_range(input, group));
  query.stream_id = stream.id;
  query.order = from_head ? LogOrder::oldest_first : LogOrder::newest_first;
  // endTime is exclusive here, unlike in FilterLogEvents.
  if (query.end_ms) {
    --*query.end_ms;
  }
  if (token) {
    if (const auto applied = apply_token(query, *token); !applied) {
      return tl::unexpected(applied.error());
    }
  }
  DAVIT_ANSWER_ASSIGN(const auto events, read_page(store, query, limit));
  const auto [first, last] = bounds_of(events, query);
  Json answer = {{"events", Json::array()}, {"nextForwardToken", page_token('f', last)}, {"nextBackwardToken", page_token('b', first)}};
  for (const auto& event : events) {
    answer["events"].push_back(event_document(event));
  }
  return answer;
}

Answer<Json> filter_log_events(LogStore& store, const LogGroup& group, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto limit, limit_of(input));
  DAVIT_ANSWER_ASSIGN(const bool from_head, input::flag(input, "startFromHead", true));
  DAVIT_ANSWER_ASSIGN(const auto token, input::text(input, "nextToken"));
  DAVIT_ANSWER_ASSIGN(const auto pattern_text, input::text(input, "filterPattern"));
  DAVIT_ANSWER_ASSIGN(const auto matches, parse_filter_pattern(pattern_text.value_or("")));
  DAVIT_ANSWER_ASSIGN(const auto choice, stream_choice_of(input));
  DAVIT_ANSWER_ASSIGN(auto query, time_range(input, group));
  query.order = from_head ? LogOrder::oldest_first : LogOrder::newest_first;
  if (token && !(query.beyond = position_of(*token))) {
    return invalid_token();
  }
  Json answer = {{"events", Json::array()}, {"searchedLogStreams", Json::array()}};
  std::size_t bytes = 0;
  int scanned = 0;
  const auto visit = [&](const LogEvent& event) {
    if (choice.allows(event.stream) && matches(event.message)) {
      answer["events"].push_back(filtered_document(event));
      bytes += event.message.size() + 26;
    }
    const bool full = static_cast<std::int64_t>(answer["events"].size()) >= limit || bytes >= k_page_bytes || ++scanned >= k_most_scanned;
    if (full) {
      answer["nextToken"] = event_id(event.timestamp_ms, event.id);
    }
    return !full;
  };
  DAVIT_STORED(store.read(query, visit));
  return answer;
}

}  // namespace davit::aws::local::logs
