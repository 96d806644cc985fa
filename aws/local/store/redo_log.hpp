// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::local::store {

/// Transactions that were acknowledged and that SQLite has not committed yet, one record each, in order. Appending one takes a single write
/// of a few hundred bytes, where a commit of SQLite writes whole pages. What was appended survives the death of the process, for it is
/// the kernel's then; after a power failure the log ends with the last record that is whole. Used by one thread at a time.
class RedoLog
{
public:
  /// Makes the file, readable by its owner only, when it is missing.
  static Result<std::unique_ptr<RedoLog>> open(const std::filesystem::path& path);
  RedoLog(const RedoLog&) = delete;
  RedoLog& operator=(const RedoLog&) = delete;
  ~RedoLog();

  /// Numbers grow by one from record to record. After an error the record is not in the log.
  Status append(std::int64_t number, std::string_view record);

  /// Every record of a greater number than `after`, up to the first that is not whole or out of order.
  Status for_each(std::int64_t after, const std::function<Status(std::int64_t number, std::string_view record)>& function);

  /// Forgets the records: SQLite has committed them.
  void clear();

  [[nodiscard]] std::size_t size_bytes() const { return m_size; }

private:
  RedoLog(int file, std::filesystem::path path) : m_file(file), m_path(std::move(path)) {}
  Result<std::string> read_all();

  int m_file;
  std::filesystem::path m_path;
  std::size_t m_size = 0;  ///< of whole records
};

}  // namespace davit::aws::local::store
