// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invocation_log.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "aws/core/interrupt.hpp"
#include "aws/core/json_members.hpp"
#include "commands/workflow/pause.hpp"

namespace davit::commands::workflow {
namespace {

using aws::logs::LogEvent;
using std::chrono::milliseconds;

enum class Mark { none, start, report };

/// Of a record of the JSON log format: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
Mark mark_of_record(const std::string& message, const std::string& request_id)
{
  const Json record = message.starts_with('{') ? Json::parse(message, nullptr, false) : Json();
  if (!record.is_object() || text_member(object_member(record, "record"), "requestId") != request_id) {
    return Mark::none;
  }
  const std::string type = text_member(record, "type");
  return type == "platform.start" ? Mark::start : type == "platform.report" ? Mark::report : Mark::none;
}

Mark mark_of(const LogEvent& event, const std::string& request_id)
{
  if (event.message.starts_with("START RequestId: " + request_id)) {
    return Mark::start;
  }
  return event.message.starts_with("REPORT RequestId: " + request_id) ? Mark::report : mark_of_record(event.message, request_id);
}

/// The status that a report line ends with, "error\tError Type: Runtime.ExitError" or "timeout"; empty for a success.
std::string failure_of_report(const std::string& message)
{
  const Json record = message.starts_with('{') ? Json::parse(message, nullptr, false) : Json();
  if (record.is_object()) {
    const Json& body = object_member(record, "record");
    const std::string status = text_member(body, "status");
    const std::string type = text_member(body, "errorType");
    return status.empty() || status == "success" ? "" : type.empty() ? status : status + ": " + type;
  }
  constexpr std::string_view k_status = "\tStatus: ";
  const std::size_t at = message.find(k_status);
  if (at == std::string::npos) {
    return {};
  }
  std::string status = message.substr(at + k_status.size());
  status.erase(status.find_last_not_of("\r\n\t ") + 1);
  std::replace(status.begin(), status.end(), '\t', ' ');
  return status == "success" ? "" : status;
}

/// A line that a runtime or Lambda itself writes when the handler failed: "[ERROR] ValueError: ..." of Python (a logger of the handler puts
/// a tab behind the level), "<time>\t<id>\tERROR\tInvoke Error \t{...}" of Node.js, "... Task timed out after 3.00 seconds", and
/// "RequestId: <id> Error: Runtime exited ...".
bool tells_failure(const std::string& message, const std::string& request_id)
{
  return message.starts_with("[ERROR] ") || message.find("\tERROR\tInvoke Error") != std::string::npos ||
         message.find(request_id + " Task timed out after ") != std::string::npos ||
         message.starts_with("RequestId: " + request_id + " Error: ");
}

std::string failure_of(const Attempt& attempt, const std::string& request_id)
{
  for (const auto& event : attempt.events) {
    if (tells_failure(event.message, request_id)) {
      return event.message.substr(0, event.message.find_first_of("\r\n"));
    }
  }
  return attempt.is_complete ? failure_of_report(attempt.events.back().message) : "";
}

/// The events of one stream between the marks; the same sandbox runs one request at a time.
Result<Attempt> read_attempt(aws::logs::Client& client, const InvocationPlace& place, const LogEvent& start, std::optional<TimePoint> end)
{
  DAVIT_TRY_ASSIGN(auto events, client.all_log_events({.group = place.group, .start = start.time, .end = end, .streams = {start.stream}}));
  const auto first = std::find_if(events.begin(), events.end(), [&](const LogEvent& each) { return each.event_id == start.event_id; });
  Attempt attempt{.stream = start.stream, .events = {}, .report = {}, .failure = {}};
  for (auto each = first; each != events.end() && !attempt.is_complete; ++each) {
    const Mark mark = mark_of(*each, place.request_id);
    if (mark == Mark::start && each != first) {
      break;
    }
    attempt.is_complete = mark == Mark::report;
    attempt.events.push_back(std::move(*each));
  }
  if (attempt.is_complete) {
    attempt.report = invoke::read_report(attempt.events.back().message);
  }
  attempt.failure = failure_of(attempt, place.request_id);
  return attempt;
}

/// The time of the first report behind that start in its stream.
std::optional<TimePoint> end_of(const std::vector<LogEvent>& marked, std::size_t start, const std::string& request_id)
{
  for (std::size_t i = start + 1; i < marked.size(); ++i) {
    if (marked[i].stream == marked[start].stream && mark_of(marked[i], request_id) == Mark::report) {
      return marked[i].time;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<Attempt>> read_attempts(aws::logs::Client& client, const InvocationPlace& place)
{
  DAVIT_TRY_ASSIGN(const auto marked,
                   client.all_log_events({.group = place.group, .start = place.since, .pattern = '"' + place.request_id + '"'}));
  std::vector<Attempt> attempts;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    if (mark_of(marked[i], place.request_id) == Mark::start) {
      DAVIT_TRY_ASSIGN(auto attempt, read_attempt(client, place, marked[i], end_of(marked, i, place.request_id)));
      attempts.push_back(std::move(attempt));
    }
  }
  return attempts;
}

Result<std::vector<Attempt>> await_attempts(aws::logs::Client& client, const InvocationPlace& place, milliseconds limit,
                                            const std::function<bool(const std::vector<Attempt>&)>& is_enough)
{
  constexpr milliseconds k_longest_wait{2'000};
  const auto end = std::chrono::steady_clock::now() + limit;
  for (milliseconds wait{100};; wait = std::min(wait * 3 / 2, k_longest_wait)) {
    auto attempts = read_attempts(client, place);
    // The group comes with the first line that a function writes.
    const bool is_early = !attempts && attempts.error().kind == ErrorKind::not_found;
    if ((attempts && is_enough(*attempts)) || (!attempts && !is_early) || std::chrono::steady_clock::now() >= end) {
      return attempts;
    }
    if (!pause(wait)) {
      return fail(Error{.kind = ErrorKind::cancelled, .message = "interrupted while waiting for the log of request " + place.request_id});
    }
  }
}

bool is_finished(const std::vector<Attempt>& attempts)
{
  return !attempts.empty() && attempts.back().is_complete;
}

std::string text_of(const Attempt& attempt)
{
  std::string text;
  for (const auto& event : attempt.events) {
    text += event.message;
    text += event.message.ends_with('\n') ? "" : "\n";
  }
  return text;
}

}  // namespace davit::commands::workflow
