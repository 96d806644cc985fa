// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "aws/local/store/statement.hpp"

namespace davit::aws::local::store {

/// One connection, used by one thread at a time.
class Connection
{
public:
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path, int cache_kib);
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

  /// Several statements separated by semicolons, without parameters. Not recorded.
  Status execute_script(const std::string& sql);

  /// From here on every statement that has changed something is appended to `record`; nullptr ends that.
  void record_into(std::string* record);
  /// Whether a script has run since then.
  [[nodiscard]] bool has_run_script() const;

  [[nodiscard]] bool is_in_transaction() const;

  /// Rows that the last INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] std::int64_t last_insert_id() const;
  /// Pages in the write-ahead log after the last commit here.
  [[nodiscard]] int wal_pages() const;

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

}  // namespace davit::aws::local::store
