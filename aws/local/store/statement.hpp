// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/local/store/redo_record.hpp"

struct sqlite3_stmt;

namespace davit::aws::local::store {

/// Bytes, where a plain string_view is text.
struct Blob {
  std::string_view bytes;
};

struct StatementCache;
/// A compiled statement and its text, as the cache holds them.
using CachedStatement = std::map<std::string, sqlite3_stmt*, std::less<>>::node_type;

/// A prepared statement with its values bound, good for one run over its rows. Goes back to its connection's cache when it dies,
/// and must not outlive the transaction that it came from.
class Statement
{
public:
  Statement(CachedStatement statement, StatementCache& cache);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Values are copied; `position` counts from 1.
  void bind(int position, std::int64_t value);
  void bind(int position, std::string_view text);
  void bind(int position, Blob blob);
  void bind(int position, std::nullptr_t);

  /// True when there is a (further) row.
  Result<bool> step();

  /// Columns of the current row, counted from 0. The views live until the next step.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;

private:
  CachedStatement m_cached;
  sqlite3_stmt* m_statement;
  StatementCache* m_cache;
  std::optional<RecordedValues> m_recorded;  ///< until it has run, when its connection records what changes
};

}  // namespace davit::aws::local::store
