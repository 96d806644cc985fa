// SPDX-License-Identifier: Apache-2.0
#pragma once

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
  std::string next_token = {};
  std::optional<int> limit = std::nullopt;
};

struct FilterLogEventsPage {
  std::vector<LogEvent> events;  ///< may be empty although more pages follow
  std::string next_token;        ///< empty at the end
};

class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "logs") {}

  Result<FilterLogEventsPage> filter_log_events(const FilterLogEventsInput& input);

  /// Every page, empty ones passed over.
  Result<std::vector<LogEvent>> all_log_events(FilterLogEventsInput input);

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
