// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::logs {

struct LogGroup {
  std::int64_t id = 0;
  std::string name;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> retention_days;
  std::int64_t stored_bytes = 0;
};

struct LogStream {
  std::int64_t id = 0;
  std::string name;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> first_event_ms;
  std::optional<std::int64_t> last_event_ms;
  std::optional<std::int64_t> last_ingestion_ms;
};

/// What a caller puts in.
struct NewLogEvent {
  std::int64_t timestamp_ms = 0;
  std::string message;
};

struct LogEvent {
  std::int64_t id = 0;  ///< order of arrival
  std::string stream;
  std::int64_t timestamp_ms = 0;
  std::int64_t ingestion_ms = 0;
  std::string message;
};

/// Where a reader stands between events, which are ordered by time, then arrival.
struct LogPosition {
  std::int64_t timestamp_ms = 0;
  std::int64_t id = 0;
};

enum class LogOrder { oldest_first, newest_first };

/// Which events to read.
struct LogQuery {
  std::int64_t group_id = 0;
  std::optional<std::int64_t> stream_id;
  std::optional<std::int64_t> start_ms;  ///< inclusive
  std::optional<std::int64_t> end_ms;    ///< inclusive
  std::optional<LogPosition> beyond;     ///< only events after it (or before it, newest first)
  LogOrder order = LogOrder::oldest_first;
};

/// Log groups, streams and events of every account and region. The functions of the local Lambda write here as well.
class LogStore
{
public:
  static Result<std::unique_ptr<LogStore>> open(store::Database& database);

  Result<std::optional<LogGroup>> group(const Caller& caller, const std::string& name);
  Result<std::vector<LogGroup>> groups(const Caller& caller);

  /// False when it exists already.
  Result<bool> create_group(const Caller& caller, const std::string& name, std::int64_t now_ms);

  /// With its streams and events.
  Status remove_group(const LogGroup& group);
  /// An object of names and values.
  Result<Json> tags(const LogGroup& group);
  Status set_tags(const LogGroup& group, const Json& tags);
  Status set_retention(const LogGroup& group, std::optional<std::int64_t> days);

  Result<std::optional<LogStream>> stream(const LogGroup& group, const std::string& name);
  Result<std::vector<LogStream>> streams(const LogGroup& group);
  Result<bool> create_stream(const LogGroup& group, const std::string& name, std::int64_t now_ms);
  Status remove_stream(const LogStream& stream);

  Status put(const LogGroup& group, const LogStream& stream, std::span<const NewLogEvent> events, std::int64_t now_ms);

  /// Makes group and stream when they are missing, as the Lambda service does for a function, and puts the events.
  Status append(const Caller& caller, const std::string& group, const std::string& stream, std::span<const NewLogEvent> events,
                std::int64_t now_ms);

  /// Calls `visit` for each event in order until it returns false.
  Status read(const LogQuery& query, const std::function<bool(LogEvent)>& visit);

private:
  explicit LogStore(store::Database& database) : m_database(database) {}
  store::Database& m_database;
};

}  // namespace davit::aws::local::logs
