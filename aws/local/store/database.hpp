// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "aws/local/store/statement.hpp"

namespace davit::aws::local::store {

/// One connection, used by one thread at a time.
class Connection
{
public:
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Compiles `sql`, or takes it from the cache.
  Result<Statement> prepare(std::string_view sql);

  /// A statement with its parameters bound in order: integers, text (std::string_view), Blob, nullptr.
  template <typename... Values>
  Result<Statement> query(std::string_view sql, const Values&... values)
  {
    auto statement = prepare(sql);
    if (statement) {
      int position = 0;
      (bind(*statement, ++position, values), ...);
    }
    return statement;
  }

  /// Runs a statement whose rows, if any, are of no interest.
  template <typename... Values>
  Status execute(std::string_view sql, const Values&... values)
  {
    DAVIT_TRY_ASSIGN(auto statement, query(sql, values...));
    DAVIT_TRY(statement.step());
    return {};
  }

  /// Several statements separated by semicolons, without parameters.
  Status execute_script(const std::string& sql);

  /// Rows that the last INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] std::int64_t last_insert_id() const;

private:
  struct Handle;
  explicit Connection(std::unique_ptr<Handle> handle);

  template <typename Value>
  static void bind(Statement& statement, int position, const Value& value)
  {
    if constexpr (std::integral<Value>) {
      statement.bind(position, static_cast<std::int64_t>(value));
    } else if constexpr (std::convertible_to<const Value&, std::string_view>) {
      statement.bind(position, std::string_view(value));
    } else {
      statement.bind(position, value);
    }
  }

  std::unique_ptr<Handle> m_handle;
};

class Database;

/// A snapshot to read from; other threads read and write meanwhile.
class ReadTransaction
{
public:
  ReadTransaction(Database& database, std::unique_ptr<Connection> connection);
  ReadTransaction(ReadTransaction&&) = default;
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

  Connection& operator*() const { return *m_connection; }
  Connection* operator->() const { return m_connection.get(); }

private:
  Database* m_database;
  std::unique_ptr<Connection> m_connection;
};

/// The one writer. What is not committed when it dies is rolled back.
class WriteTransaction
{
public:
  WriteTransaction(Connection& connection, std::unique_lock<std::mutex> lock);
  WriteTransaction(WriteTransaction&& other) noexcept;
  WriteTransaction& operator=(WriteTransaction&&) = delete;
  ~WriteTransaction();

  /// When it returns success the changes survive the death of this process at any moment.
  Status commit();

  Connection& operator*() const { return *m_connection; }
  Connection* operator->() const { return m_connection; }

private:
  Connection* m_connection;  ///< nullptr once moved from or committed
  std::unique_lock<std::mutex> m_lock;
};

/// One SQLite file in write-ahead mode: any number of readers beside one writer. Safe to use from several threads. The services of the
/// local AWS share one, each with tables of its own.
class Database
{
public:
  /// Makes the file (readable by its owner only, for it holds secrets) when it is missing. The folder must exist.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path);

  /// Runs a script of CREATE ... IF NOT EXISTS statements in one transaction.
  Status create(const std::string& schema);

  Result<ReadTransaction> read();
  Result<WriteTransaction> write();

private:
  friend class ReadTransaction;
  Database(std::filesystem::path path, std::unique_ptr<Connection> writer);
  void give_back(std::unique_ptr<Connection> reader);

  std::filesystem::path m_path;
  std::mutex m_write_mutex;
  std::unique_ptr<Connection> m_writer;
  std::mutex m_readers_mutex;
  std::vector<std::unique_ptr<Connection>> m_idle_readers;
};

}  // namespace davit::aws::local::store
