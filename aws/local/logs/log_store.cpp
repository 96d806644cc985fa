// SPDX-License-Identifier: Apache-2.0
#include "aws/local/logs/log_store.hpp"

#include <limits>
#include <nlohmann/json.hpp>

namespace davit::aws::local::logs {
namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS log_groups (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL, retention_days INTEGER,
  UNIQUE (account, region, name));
CREATE TABLE IF NOT EXISTS log_streams (
  id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL,
  first_event_ms INTEGER, last_event_ms INTEGER, last_ingestion_ms INTEGER, UNIQUE (group_id, name));
CREATE TABLE IF NOT EXISTS log_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, stream_id INTEGER NOT NULL,
  timestamp_ms INTEGER NOT NULL, ingestion_ms INTEGER NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log_group_tags (group_id INTEGER PRIMARY KEY, tags TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS log_events_by_group ON log_events (group_id, timestamp_ms, id);
CREATE INDEX IF NOT EXISTS log_events_by_stream ON log_events (stream_id, timestamp_ms, id);
)";

constexpr std::string_view k_group_columns =
    "SELECT id, name, created_ms, retention_days, (SELECT COALESCE(SUM(LENGTH(message) + 26), 0) FROM log_events WHERE group_id = log_groups.id) FROM log_groups ";
constexpr std::string_view k_stream_columns =
    "SELECT id, name, created_ms, first_event_ms, last_event_ms, last_ingestion_ms FROM log_streams ";

std::optional<std::int64_t> optional_integer(const store::Statement& row, int column)
{
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

LogGroup group_of(const store::Statement& row)
{
  return {.id = row.integer(0),
          .name = std::string(row.text(1)),
          .created_ms = row.integer(2),
          .retention_days = optional_integer(row, 3),
          .stored_bytes = row.integer(4)};
}

LogStream stream_of(const store::Statement& row)
{
  return {.id = row.integer(0),
          .name = std::string(row.text(1)),
          .created_ms = row.integer(2),
          .first_event_ms = optional_integer(row, 3),
          .last_event_ms = optional_integer(row, 4),
          .last_ingestion_ms = optional_integer(row, 5)};
}

template <typename Row>
Result<std::vector<Row>> all(store::Statement rows, Row (*convert)(const store::Statement&))
{
  std::vector<Row> list;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return list;
    }
    list.push_back(convert(rows));
  }
}

template <typename Row>
Result<std::optional<Row>> first(store::Statement rows, Row (*convert)(const store::Statement&))
{
  DAVIT_TRY_ASSIGN(const bool found, rows.step());
  return found ? std::optional(convert(rows)) : std::nullopt;
}

/// Of the one row that must be there.
Result<std::int64_t> id_of(Result<store::Statement> rows)
{
  DAVIT_TRY_ASSIGN(auto row, std::move(rows));
  DAVIT_TRY(row.step());
  return row.integer(0);
}

Result<bool> insert_group(store::Connection& connection, const Caller& caller, const std::string& name, std::int64_t now_ms)
{
  DAVIT_TRY(connection.execute("INSERT OR IGNORE INTO log_groups (account, region, name, created_ms) VALUES (?, ?, ?, ?)",
                               caller.account_id, caller.region, name, now_ms));
  return connection.changes() > 0;
}

Result<bool> insert_stream(store::Connection& connection, std::int64_t group_id, const std::string& name, std::int64_t now_ms)
{
  DAVIT_TRY(connection.execute("INSERT OR IGNORE INTO log_streams (group_id, name, created_ms) VALUES (?, ?, ?)", group_id, name, now_ms));
  return connection.changes() > 0;
}

Status insert_events(store::Connection& connection, std::int64_t group_id, std::int64_t stream_id, std::span<const NewLogEvent> events,
                     std::int64_t now_ms)
{
  for (const auto& event : events) {
    DAVIT_TRY(connection.execute("INSERT INTO log_events (group_id, stream_id, timestamp_ms, ingestion_ms, message) VALUES (?, ?, ?, ?, ?)",
                                 group_id, stream_id, event.timestamp_ms, now_ms, event.message));
    DAVIT_TRY(
        connection.execute("UPDATE log_streams SET first_event_ms = MIN(COALESCE(first_event_ms, ?1), ?1), "
                           "last_event_ms = MAX(COALESCE(last_event_ms, ?1), ?1), last_ingestion_ms = ?2 WHERE id = ?3",
                           event.timestamp_ms, now_ms, stream_id));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<LogStore>> LogStore::open(store::Database& database)
{
  DAVIT_TRY(database.create(k_schema));
  return std::unique_ptr<LogStore>(new LogStore(database));
}

Result<std::optional<LogGroup>> LogStore::group(const Caller& caller, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query(std::string(k_group_columns) + "WHERE account = ? AND region = ? AND name = ?",
                                                 caller.account_id, caller.region, name));
  return first(std::move(rows), group_of);
}

Result<std::vector<LogGroup>> LogStore::groups(const Caller& caller)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query(std::string(k_group_columns) + "WHERE account = ? AND region = ? ORDER BY name",
                                                 caller.account_id, caller.region));
  return all(std::move(rows), group_of);
}

Result<bool> LogStore::create_group(const Caller& caller, const std::string& name, std::int64_t now_ms)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY_ASSIGN(const bool created, insert_group(*transaction, caller, name, now_ms));
  DAVIT_TRY(transaction.commit());
  return created;
}

Status LogStore::remove_group(const LogGroup& group)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM log_events WHERE group_id = ?", group.id));
  DAVIT_TRY(transaction->execute("DELETE FROM log_streams WHERE group_id = ?", group.id));
  DAVIT_TRY(transaction->execute("DELETE FROM log_group_tags WHERE group_id = ?", group.id));
  DAVIT_TRY(transaction->execute("DELETE FROM log_groups WHERE id = ?", group.id));
  return transaction.commit();
}

Result<Json> LogStore::tags(const LogGroup& group)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT tags FROM log_group_tags WHERE group_id = ?", group.id));
  DAVIT_TRY_ASSIGN(const bool found, rows.step());
  return found ? Json::parse(rows.text(0)) : Json::object();
}

Status LogStore::set_tags(const LogGroup& group, const Json& tags)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("INSERT OR REPLACE INTO log_group_tags (group_id, tags) VALUES (?, ?)", group.id, dump_json(tags)));
  return transaction.commit();
}

Status LogStore::set_retention(const LogGroup& group, std::optional<std::int64_t> days)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  if (days) {
    DAVIT_TRY(transaction->execute("UPDATE log_groups SET retention_days = ? WHERE id = ?", *days, group.id));
  } else {
    DAVIT_TRY(transaction->execute("UPDATE log_groups SET retention_days = NULL WHERE id = ?", group.id));
  }
  return transaction.commit();
}

Result<std::optional<LogStream>> LogStore::stream(const LogGroup& group, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query(std::string(k_stream_columns) + "WHERE group_id = ? AND name = ?", group.id, name));
  return first(std::move(rows), stream_of);
}

Result<std::vector<LogStream>> LogStore::streams(const LogGroup& group)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query(std::string(k_stream_columns) + "WHERE group_id = ? ORDER BY name", group.id));
  return all(std::move(rows), stream_of);
}

Result<bool> LogStore::create_stream(const LogGroup& group, const std::string& name, std::int64_t now_ms)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY_ASSIGN(const bool created, insert_stream(*transaction, group.id, name, now_ms));
  DAVIT_TRY(transaction.commit());
  return created;
}

Status LogStore::remove_stream(const LogStream& stream)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM log_events WHERE stream_id = ?", stream.id));
  DAVIT_TRY(transaction->execute("DELETE FROM log_streams WHERE id = ?", stream.id));
  return transaction.commit();
}

Status LogStore::put(const LogGroup& group, const LogStream& stream, std::span<const NewLogEvent> events, std::int64_t now_ms)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(insert_events(*transaction, group.id, stream.id, events, now_ms));
  return transaction.commit();
}

Status LogStore::append(const Caller& caller, const std::string& group, const std::string& stream, std::span<const NewLogEvent> events,
                        std::int64_t now_ms)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(insert_group(*transaction, caller, group, now_ms));
  DAVIT_TRY_ASSIGN(const auto group_id, id_of(transaction->query("SELECT id FROM log_groups WHERE account = ? AND region = ? AND name = ?",
                                                                 caller.account_id, caller.region, group)));
  DAVIT_TRY(insert_stream(*transaction, group_id, stream, now_ms));
  DAVIT_TRY_ASSIGN(const auto stream_id,
                   id_of(transaction->query("SELECT id FROM log_streams WHERE group_id = ? AND name = ?", group_id, stream)));
  DAVIT_TRY(insert_events(*transaction, group_id, stream_id, events, now_ms));
  return transaction.commit();
}

Status LogStore::read(const LogQuery& query, const std::function<bool(LogEvent)>& visit)
{
  const bool oldest_first = query.order == LogOrder::oldest_first;
  const std::int64_t infinity = std::numeric_limits<std::int64_t>::max();
  const LogPosition from = query.beyond.value_or(oldest_first ? LogPosition{-infinity, 0} : LogPosition{infinity, 0});
  const std::string sql =
      std::string(
          "SELECT e.id, s.name, e.timestamp_ms, e.ingestion_ms, e.message FROM log_events e JOIN log_streams s ON s.id = e.stream_id WHERE ") +
      (query.stream_id ? "e.stream_id = ?" : "e.group_id = ?") + " AND e.timestamp_ms BETWEEN ? AND ? AND (e.timestamp_ms, e.id) " +
      (oldest_first ? "> (?, ?) ORDER BY e.timestamp_ms, e.id" : "< (?, ?) ORDER BY e.timestamp_ms DESC, e.id DESC");
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query(sql, query.stream_id.value_or(query.group_id), query.start_ms.value_or(-infinity),
                                                 query.end_ms.value_or(infinity), from.timestamp_ms, from.id));
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more || !visit({.id = rows.integer(0),
                         .stream = std::string(rows.text(1)),
                         .timestamp_ms = rows.integer(2),
                         .ingestion_ms = rows.integer(3),
                         .message = std::string(rows.text(4))})) {
      return {};
    }
  }
}

}  // namespace davit::aws::local::logs
