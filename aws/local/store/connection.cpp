// SPDX-License-Identifier: Apache-2.0
#include "aws/local/store/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "aws/local/store/statement_cache.hpp"

namespace davit::aws::local::store {
namespace {

constexpr int k_busy_timeout_ms = 10'000;

/// NORMAL in write-ahead mode hands each commit to the kernel without waiting for the disk: what was acknowledged survives the death of
/// the process, though not a power failure (https://www.sqlite.org/pragma.html#pragma_synchronous).
constexpr const char* k_settings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;";

int note_wal_pages(void* pages, sqlite3* /*connection*/, const char* /*name*/, int count)
{
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Error store_error(const StatementCache& cache)
{
  const int code = sqlite3_errcode(cache.connection);
  Error error{.message = fmt::format("{}: {}", cache.path, sqlite3_errmsg(cache.connection))};
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    error.kind = ErrorKind::unavailable;
    error.hint = "another process holds the file: is a second `davit local up` running on it?";
  } else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    error.hint = "the file is damaged: `davit local reset` starts with an empty one";
  } else if (code == SQLITE_FULL) {
    error.hint = "the disk is full";
  }
  return error;
}

struct Connection::Handle {
  StatementCache cache;
  bool ran_script = false;
  int wal_pages = 0;

  ~Handle()
  {
    for (const auto& [sql, statement] : cache.idle) {
      sqlite3_finalize(statement);
    }
    sqlite3_close_v2(cache.connection);
  }
};

Connection::Connection(std::unique_ptr<Handle> handle) : m_handle(std::move(handle)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, int cache_kib)
{
  auto handle = std::make_unique<Handle>();
  handle->cache.path = path.string();
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2(path.c_str(), &handle->cache.connection, flags, nullptr) != SQLITE_OK) {
    return fail(store_error(handle->cache));
  }
  sqlite3_busy_timeout(handle->cache.connection, k_busy_timeout_ms);
  // Nobody's commit waits for a checkpoint: the database makes them.
  sqlite3_wal_hook(handle->cache.connection, note_wal_pages, &handle->wal_pages);
  std::unique_ptr<Connection> connection(new Connection(std::move(handle)));
  DAVIT_TRY(connection->execute_script(fmt::format("{} PRAGMA cache_size=-{};", k_settings, cache_kib)));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql)
{
  auto& cache = m_handle->cache;
  if (const auto found = cache.idle.find(sql); found != cache.idle.end()) {
    return Statement(cache.idle.extract(found), cache);
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(cache.connection, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK) {
    return fail(store_error(cache));
  }
  CachedStatement compiled = std::map<std::string, sqlite3_stmt*, std::less<>>{{std::string(sql), statement}}.extract(std::string(sql));
  return Statement(std::move(compiled), cache);
}

Status Connection::execute_script(const std::string& sql)
{
  m_handle->ran_script = true;
  if (sqlite3_exec(m_handle->cache.connection, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail(store_error(m_handle->cache));
  }
  return {};
}

void Connection::record_into(std::string* record)
{
  m_handle->cache.redo = record;
  m_handle->ran_script = false;
}

bool Connection::has_run_script() const
{
  return m_handle->ran_script;
}

bool Connection::is_in_transaction() const
{
  return sqlite3_get_autocommit(m_handle->cache.connection) == 0;
}

int Connection::wal_pages() const
{
  return m_handle->wal_pages;
}

std::int64_t Connection::changes() const
{
  return sqlite3_changes64(m_handle->cache.connection);
}

std::int64_t Connection::last_insert_id() const
{
  return sqlite3_last_insert_rowid(m_handle->cache.connection);
}

}  // namespace davit::aws::local::store
