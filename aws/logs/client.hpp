// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"

/// Amazon CloudWatch Logs: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
namespace davit::aws::logs {

struct LogEvent {
  std::string event_id;
  std::string stream;
  TimePoint time;       ///< as the writer said
  TimePoint ingestion;  ///< when CloudWatch took it
  std::string message;
};

struct LogGroup {
  std::string name;
  std::string arn;
  std::optional<int> retention_days;
  std::int64_t stored_bytes = 0;
};

struct LogStream {
  std::string name;
  std::optional<TimePoint> first_event;
  std::optional<TimePoint> last_event;
};

struct FilterLogEventsInput {
  std::string group;
  std::optional<TimePoint> start = std::nullopt;
  std::optional<TimePoint> end = std::nullopt;
  std::string pattern = {};
  std::vector<std::string> streams = {};
  std::string stream_prefix = {};  ///< instead of `streams`
  std::string next_token = {};
  std::optional<int> limit = std::nullopt;
  auth::Retry retry = auth::Retry::standard;
};

struct FilterLogEventsPage {
  std::vector<LogEvent> events;  ///< may be empty although more pages follow
  std::string next_token;        ///< empty at the end
};

struct StartQueryInput {
  std::string group;
  TimePoint start;
  TimePoint end;
  std::string query;  ///< in CloudWatch Logs Insights QL
  std::optional<int> limit = std::nullopt;
};

struct QueryField {
  std::string name;
  std::string value;
};

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
struct QueryResults {
  std::string status;  ///< "Scheduled", "Running", "Complete", "Failed", "Cancelled", "Timeout", "Unknown"
  std::vector<std::vector<QueryField>> rows;
  double records_matched = 0;
  double records_scanned = 0;
  double bytes_scanned = 0;
};

class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "logs") {}

  Result<FilterLogEventsPage> filter_log_events(const FilterLogEventsInput& input);

  /// Every page, empty ones passed over.
  Result<std::vector<LogEvent>> all_log_events(FilterLogEventsInput input);

  /// The identifier of the query. Insights takes whole seconds, so both ends are included with all of theirs.
  Result<std::string> start_query(const StartQueryInput& input);

  /// What there is so far; all of it when the status is "Complete".
  Result<QueryResults> get_query_results(const std::string& query_id);

  Status stop_query(const std::string& query_id);

  /// All pages.
  Result<std::vector<LogGroup>> describe_log_groups(const std::string& prefix = {});

  /// All pages, by name.
  Result<std::vector<LogStream>> describe_log_streams(const std::string& group, const std::string& prefix = {});

  /// With all its streams and events.
  Status delete_log_group(const std::string& group);

private:
  auth::ServiceClient m_service;
};

}  // namespace davit::aws::logs
