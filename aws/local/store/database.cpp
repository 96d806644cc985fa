// SPDX-License-Identifier: Apache-2.0
#include "aws/local/store/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "aws/local/store/statement_cache.hpp"

namespace davit::aws::local::store {
namespace {

constexpr int k_busy_timeout_ms = 10'000;

/// NORMAL in write-ahead mode hands each commit to the kernel without waiting for the disk: what was acknowledged survives the death of
/// the process, though not a power failure (https://www.sqlite.org/pragma.html#pragma_synchronous).
constexpr const char* k_settings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;"
    "PRAGMA mmap_size=268435456;";

Status make_owner_only(const std::filesystem::path& path)
{
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(failed_error(fmt::format("opening {}: {}", path.string(), std::strerror(errno)), "the folder must exist and be writable"));
  }
  ::close(file);
  return {};
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

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path)
{
  auto handle = std::make_unique<Handle>();
  handle->cache.path = path.string();
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2(path.c_str(), &handle->cache.connection, flags, nullptr) != SQLITE_OK) {
    return fail(store_error(handle->cache));
  }
  sqlite3_busy_timeout(handle->cache.connection, k_busy_timeout_ms);
  std::unique_ptr<Connection> connection(new Connection(std::move(handle)));
  DAVIT_TRY(connection->execute_script(k_settings));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql)
{
  auto& cache = m_handle->cache;
  if (const auto found = cache.idle.find(sql); found != cache.idle.end()) {
    return Statement(cache.idle.extract(found).mapped(), cache);
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(cache.connection, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK) {
    return fail(store_error(cache));
  }
  return Statement(statement, cache);
}

Status Connection::execute_script(const std::string& sql)
{
  if (sqlite3_exec(m_handle->cache.connection, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail(store_error(m_handle->cache));
  }
  return {};
}

std::int64_t Connection::changes() const
{
  return sqlite3_changes64(m_handle->cache.connection);
}

std::int64_t Connection::last_insert_id() const
{
  return sqlite3_last_insert_rowid(m_handle->cache.connection);
}

ReadTransaction::ReadTransaction(Database& database, std::unique_ptr<Connection> connection)
    : m_database(&database), m_connection(std::move(connection))
{
}

ReadTransaction::~ReadTransaction()
{
  // A connection that cannot end its transaction is closed instead, which ends it as well.
  if (m_connection && m_connection->execute("COMMIT")) {
    m_database->give_back(std::move(m_connection));
  }
}

WriteTransaction::WriteTransaction(Connection& connection, std::unique_lock<std::mutex> lock)
    : m_connection(&connection), m_lock(std::move(lock))
{
}

WriteTransaction::WriteTransaction(WriteTransaction&& other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr)), m_lock(std::move(other.m_lock))
{
}

WriteTransaction::~WriteTransaction()
{
  if (m_connection != nullptr) {
    // Fails only where SQLite has rolled back by itself (disk full, I/O error), and then nothing is left to undo.
    static_cast<void>(m_connection->execute("ROLLBACK"));
  }
}

Status WriteTransaction::commit()
{
  DAVIT_TRY(m_connection->execute("COMMIT"));
  m_connection = nullptr;
  m_lock.unlock();
  return {};
}

Database::Database(std::filesystem::path path, std::unique_ptr<Connection> writer) : m_path(std::move(path)), m_writer(std::move(writer)) {}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path)
{
  DAVIT_TRY(make_owner_only(path));
  DAVIT_TRY_ASSIGN(auto writer, Connection::open(path));
  return std::unique_ptr<Database>(new Database(path, std::move(writer)));
}

Status Database::create(const std::string& schema)
{
  DAVIT_TRY_ASSIGN(auto transaction, write());
  DAVIT_TRY(transaction->execute_script(schema));
  return transaction.commit();
}

Result<ReadTransaction> Database::read()
{
  std::unique_ptr<Connection> connection;
  {
    const std::scoped_lock lock(m_readers_mutex);
    if (!m_idle_readers.empty()) {
      connection = std::move(m_idle_readers.back());
      m_idle_readers.pop_back();
    }
  }
  if (!connection) {
    DAVIT_TRY_ASSIGN(connection, Connection::open(m_path));
  }
  DAVIT_TRY(connection->execute("BEGIN"));
  return ReadTransaction(*this, std::move(connection));
}

Result<WriteTransaction> Database::write()
{
  std::unique_lock lock(m_write_mutex);
  DAVIT_TRY(m_writer->execute("BEGIN IMMEDIATE"));
  return WriteTransaction(*m_writer, std::move(lock));
}

void Database::give_back(std::unique_ptr<Connection> reader)
{
  const std::scoped_lock lock(m_readers_mutex);
  m_idle_readers.push_back(std::move(reader));
}

}  // namespace davit::aws::local::store
