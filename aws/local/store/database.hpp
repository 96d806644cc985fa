// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "aws/local/store/connection.hpp"
#include "aws/local/store/redo_log.hpp"

namespace davit::aws::local::store {

class Database;

/// A connection to read with. While SQLite commits nothing it stays in its snapshot from one transaction to the next: to leave one and to
/// take another costs more than to read a row.
struct Reader {
  std::unique_ptr<Connection> connection;
  std::int64_t commits = 0;  ///< of the database, when the snapshot began
};

/// A snapshot to read from.
class ReadTransaction
{
public:
  /// Other threads read and write meanwhile.
  ReadTransaction(Database& database, Reader reader);
  /// Others wait: for short reads.
  ReadTransaction(Connection& writer, std::unique_lock<std::mutex> lock);
  ReadTransaction(ReadTransaction&& other) noexcept;
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

  Connection& operator*() const { return *m_connection; }
  Connection* operator->() const { return m_connection; }

private:
  Database* m_database = nullptr;
  Reader m_own;
  std::unique_lock<std::mutex> m_lock;
  Connection* m_connection;
};

/// The one writer. What is not committed when it dies is rolled back.
class WriteTransaction
{
public:
  WriteTransaction(Database& database, std::unique_lock<std::mutex> lock);
  WriteTransaction(WriteTransaction&& other) noexcept;
  WriteTransaction& operator=(WriteTransaction&&) = delete;
  ~WriteTransaction();

  /// When it returns success the changes survive the death of this process at any moment.
  Status commit();

  Connection& operator*() const;
  Connection* operator->() const { return &**this; }

private:
  Database* m_database;  ///< nullptr once moved from or committed
  std::unique_lock<std::mutex> m_lock;
};

/// One SQLite file in write-ahead mode: any number of readers beside one writer. Safe to use from several threads. The services of the
/// local AWS share one, each with tables of its own.
///
/// SQLite writes a page of 4 KB for every row that lands on it. So a transaction is acknowledged as soon as its statements are in the redo
/// log, and SQLite commits many transactions at once, a second later or when somebody needs a snapshot. A process that was killed in
/// between runs the statements of the log again when it opens the file. Statements must therefore do the same again on the same state.
class Database
{
public:
  /// Makes the file (readable by its owner only, for it holds secrets) when it is missing. The folder must exist.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Runs a script of CREATE ... IF NOT EXISTS statements in one transaction.
  Status create(const std::string& schema);

  /// Both see all that was acknowledged. A thread that holds either does not ask for another.
  Result<ReadTransaction> read();
  /// Without making SQLite commit first: for reads of a page at most, which others may have to wait for.
  Result<ReadTransaction> read_briefly();

  Result<WriteTransaction> write();

  /// What a file has beside it, as suffixes of its name.
  static std::vector<std::string> companions() { return {"-wal", "-shm", "-redo"}; }

private:
  friend class ReadTransaction;
  friend class WriteTransaction;
  Database(std::filesystem::path path, std::unique_ptr<Connection> writer, std::unique_ptr<RedoLog> log);
  Result<Reader> take_reader();
  void give_back(Reader reader);
  void leave_snapshots();
  Status recover();
  Status acknowledge();
  void abandon();
  Status commit_all();
  Status restore();
  void commit_behind();
  void checkpoint();

  std::filesystem::path m_path;

  // Under the mutex, as is the transaction that SQLite has open while it is behind.
  std::mutex m_write_mutex;
  std::unique_ptr<Connection> m_writer;
  std::unique_ptr<RedoLog> m_log;
  std::string m_record;                   ///< statements of the transaction under way
  std::int64_t m_number = 0;              ///< of the last transaction
  std::atomic<bool> m_is_behind = false;  ///< transactions were acknowledged that SQLite has not committed
  bool m_is_broken = false;               ///< SQLite has lost them, and they must be run again
  std::condition_variable m_wake;
  bool m_stopping = false;
  std::thread m_committer;

  std::atomic<std::int64_t> m_commits = 0;  ///< of SQLite; counted before the idle readers leave their snapshots
  std::mutex m_readers_mutex;
  std::vector<Reader> m_idle_readers;
};

}  // namespace davit::aws::local::store
