// SPDX-License-Identifier: Apache-2.0
#include "aws/local/store/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "aws/local/store/redo_record.hpp"

namespace davit::aws::local::store {
namespace {

// Taken as they are needed. Readers have the file itself in memory, and keep only what is not in it yet.
constexpr int k_writer_cache_kib = 64 * 1024;
constexpr int k_reader_cache_kib = 4 * 1024;

constexpr std::size_t k_idle_readers = 4;

constexpr std::chrono::seconds k_longest_behind{1};
constexpr std::size_t k_longest_log = 32 * 1024 * 1024;
constexpr int k_worth_a_checkpoint = 1000;       // pages
constexpr int k_needs_a_checkpoint = 16 * 1024;  // pages; writers wait

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS redo_position (id INTEGER PRIMARY KEY, number INTEGER NOT NULL);
INSERT OR IGNORE INTO redo_position (id, number) VALUES (1, 0);
)";

Result<bool> make_owner_only(const std::filesystem::path& path)
{
  const bool is_new = !std::filesystem::exists(path);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(failed_error(fmt::format("opening {}: {}", path.string(), std::strerror(errno)), "the folder must exist and be writable"));
  }
  ::close(file);
  return is_new;
}

}  // namespace

ReadTransaction::ReadTransaction(Database& database, Reader reader)
    : m_database(&database), m_own(std::move(reader)), m_connection(m_own.connection.get())
{
}

ReadTransaction::ReadTransaction(Connection& writer, std::unique_lock<std::mutex> lock) : m_lock(std::move(lock)), m_connection(&writer) {}

ReadTransaction::ReadTransaction(ReadTransaction&& other) noexcept = default;

ReadTransaction::~ReadTransaction()
{
  if (m_own.connection) {
    m_database->give_back(std::move(m_own));
  }
}

WriteTransaction::WriteTransaction(Database& database, std::unique_lock<std::mutex> lock) : m_database(&database), m_lock(std::move(lock))
{
}

WriteTransaction::WriteTransaction(WriteTransaction&& other) noexcept
    : m_database(std::exchange(other.m_database, nullptr)), m_lock(std::move(other.m_lock))
{
}

WriteTransaction::~WriteTransaction()
{
  if (m_database != nullptr) {
    m_database->abandon();
  }
}

Connection& WriteTransaction::operator*() const
{
  return *m_database->m_writer;
}

Status WriteTransaction::commit()
{
  DAVIT_TRY(m_database->acknowledge());
  m_database = nullptr;
  m_lock.unlock();
  return {};
}

Database::Database(std::filesystem::path path, std::unique_ptr<Connection> writer, std::unique_ptr<RedoLog> log)
    : m_path(std::move(path)), m_writer(std::move(writer)), m_log(std::move(log))
{
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path)
{
  DAVIT_TRY_ASSIGN(const bool is_new, make_owner_only(path));
  DAVIT_TRY_ASSIGN(auto writer, Connection::open(path, k_writer_cache_kib));
  DAVIT_TRY_ASSIGN(auto log, RedoLog::open(path.string() + "-redo"));
  std::unique_ptr<Database> database(new Database(path, std::move(writer), std::move(log)));
  // The log of another file, which somebody has deleted, says nothing about this one.
  DAVIT_TRY(is_new ? database->m_writer->execute_script(k_schema) : database->recover());
  database->m_log->clear();
  database->m_committer = std::thread([raw = database.get()] { raw->commit_behind(); });
  return database;
}

Database::~Database()
{
  {
    const std::scoped_lock lock(m_write_mutex);
    m_stopping = true;
  }
  m_wake.notify_all();
  if (m_committer.joinable()) {
    m_committer.join();
  }
  // What fails now is still in the log.
  static_cast<void>(commit_all());
}

/// Runs what the last process has acknowledged and SQLite does not have.
Status Database::recover()
{
  DAVIT_TRY(m_writer->execute_script(k_schema));
  DAVIT_TRY(restore());
  return m_is_behind ? commit_all() : m_writer->execute("ROLLBACK");
}

/// Starts SQLite's transaction anew with the statements of the log.
Status Database::restore()
{
  m_is_broken = true;
  if (m_writer->is_in_transaction()) {
    DAVIT_TRY(m_writer->execute("ROLLBACK"));
  }
  DAVIT_TRY(m_writer->execute("BEGIN IMMEDIATE"));
  {
    DAVIT_TRY_ASSIGN(auto row, m_writer->query("SELECT number FROM redo_position WHERE id = 1"));
    DAVIT_TRY(row.step());
    m_number = row.integer(0);
  }
  m_is_behind = false;
  DAVIT_TRY(m_log->for_each(m_number, [this](std::int64_t number, std::string_view record) {
    m_number = number;
    m_is_behind = true;
    return replay(*m_writer, record);
  }));
  m_is_broken = false;
  return {};
}

Status Database::create(const std::string& schema)
{
  DAVIT_TRY_ASSIGN(auto transaction, write());
  DAVIT_TRY(transaction->execute_script(schema));
  return transaction.commit();
}

Result<ReadTransaction> Database::read()
{
  if (m_is_behind) {
    const std::scoped_lock lock(m_write_mutex);
    DAVIT_TRY(commit_all());
  }
  DAVIT_TRY_ASSIGN(Reader reader, take_reader());
  return ReadTransaction(*this, std::move(reader));
}

/// In a transaction, and in a snapshot that is not older than the last commit.
Result<Reader> Database::take_reader()
{
  Reader reader;
  {
    const std::scoped_lock lock(m_readers_mutex);
    if (!m_idle_readers.empty()) {
      reader = std::move(m_idle_readers.back());
      m_idle_readers.pop_back();
    }
  }
  if (!reader.connection) {
    DAVIT_TRY_ASSIGN(reader.connection, Connection::open(m_path, k_reader_cache_kib));
  }
  if (!reader.connection->is_in_transaction()) {
    reader.commits = m_commits;
    DAVIT_TRY(reader.connection->execute("BEGIN"));
  }
  return reader;
}

Result<ReadTransaction> Database::read_briefly()
{
  if (!m_is_behind) {
    return read();
  }
  std::unique_lock lock(m_write_mutex);
  if (m_is_broken) {
    DAVIT_TRY(restore());
  }
  return ReadTransaction(*m_writer, std::move(lock));
}

Result<WriteTransaction> Database::write()
{
  std::unique_lock lock(m_write_mutex);
  if (m_is_broken) {
    DAVIT_TRY(restore());
  } else if (!m_is_behind) {
    DAVIT_TRY(m_writer->execute("BEGIN IMMEDIATE"));
  }
  m_record.clear();
  m_writer->record_into(&m_record);
  return WriteTransaction(*this, std::move(lock));
}

Status Database::acknowledge()
{
  // Of a script there is no record.
  if (m_writer->has_run_script()) {
    m_writer->record_into(nullptr);
    return commit_all();
  }
  if (!m_record.empty()) {
    DAVIT_TRY(m_log->append(m_number + 1, m_record));
    ++m_number;
    if (!m_is_behind.exchange(true) || m_log->size_bytes() > k_longest_log) {
      m_wake.notify_one();
    }
  }
  m_writer->record_into(nullptr);
  return m_is_behind ? Status() : m_writer->execute("COMMIT");
}

void Database::abandon()
{
  const bool has_changed = !m_record.empty() || m_writer->has_run_script() || !m_writer->is_in_transaction();
  m_writer->record_into(nullptr);
  if (m_is_behind && !has_changed) {
    return;
  }
  // What fails here fails again, and is told, when the next one asks to write.
  if (m_is_behind) {
    static_cast<void>(restore());
  } else if (m_writer->is_in_transaction()) {
    static_cast<void>(m_writer->execute("ROLLBACK"));
  }
}

/// Commits what SQLite has open, if anything.
Status Database::commit_all()
{
  if (m_is_broken) {
    DAVIT_TRY(restore());
  }
  if (!m_writer->is_in_transaction()) {
    return {};
  }
  Status done = m_writer->execute("UPDATE redo_position SET number = ? WHERE id = 1", m_number);
  if (done) {
    done = m_writer->execute("COMMIT");
  }
  if (!done) {
    m_is_broken = m_is_behind && !m_writer->is_in_transaction();
    return done;
  }
  leave_snapshots();
  m_is_behind = false;
  m_log->clear();
  return {};
}

/// The committer's thread.
void Database::commit_behind()
{
  std::unique_lock lock(m_write_mutex);
  while (!m_stopping) {
    m_wake.wait(lock, [this] { return m_stopping || m_is_behind; });
    m_wake.wait_for(lock, k_longest_behind, [this] { return m_stopping || m_log->size_bytes() > k_longest_log; });
    // An error leaves everything in the log, and the next one to write is told.
    static_cast<void>(m_is_behind ? commit_all() : Status());
    if (m_writer->wal_pages() > k_needs_a_checkpoint) {
      checkpoint();
    } else if (m_writer->wal_pages() > k_worth_a_checkpoint) {
      lock.unlock();
      checkpoint();
      lock.lock();
    }
  }
}

/// Copies pages from SQLite's own log into the file, where every reader has them in memory.
void Database::checkpoint()
{
  // What cannot be copied now, because somebody reads an older state or the disk is full, is copied another time.
  if (auto connection = Connection::open(m_path, k_reader_cache_kib)) {
    static_cast<void>((*connection)->execute("PRAGMA wal_checkpoint(PASSIVE)"));
  }
  // Who began before this still reads from the log, which only starts anew when nobody does.
  leave_snapshots();
}

void Database::give_back(Reader reader)
{
  const std::scoped_lock lock(m_readers_mutex);
  // A connection that cannot end its transaction is closed instead, which ends it as well.
  if (m_idle_readers.size() < k_idle_readers && (reader.commits == m_commits || reader.connection->execute("COMMIT"))) {
    m_idle_readers.push_back(std::move(reader));
  }
}

/// An old one would be read from, and would keep SQLite from copying its log into the file.
void Database::leave_snapshots()
{
  ++m_commits;
  const std::scoped_lock lock(m_readers_mutex);
  std::erase_if(m_idle_readers,
                [](const Reader& reader) { return reader.connection->is_in_transaction() && !reader.connection->execute("COMMIT"); });
}

}  // namespace davit::aws::local::store
