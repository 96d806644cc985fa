// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::commands::table {

/// A stretch of a run file: keys and texts, one behind the other.
struct SortedRun {
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  bool operator==(const SortedRun&) const = default;
};

/// A file of runs, behind one another.
class RunFile
{
public:
  /// An unnamed file in TMPDIR, which is gone with the process.
  static Result<RunFile> temporary();

  /// A file that stays, for whoever comes after this process. What follows the given runs is cut off. A conflict when another process has
  /// it open, a failed error when it is shorter than its runs.
  static Result<RunFile> open(const std::filesystem::path& path, std::vector<SortedRun> runs);

  ~RunFile();
  RunFile(RunFile&& other) noexcept;
  RunFile& operator=(RunFile&& other) noexcept;

  Status append(std::string_view key, std::string_view text);
  /// Ends the run.
  Status finish_run();

  [[nodiscard]] const std::vector<SortedRun>& runs() const { return m_runs; }

  /// Reads one run from its start to its end.
  class Reader
  {
  public:
    /// The file outlives this.
    Reader(const RunFile& file, std::size_t run, std::size_t buffer_size);

    /// False behind the last entry. A run that is not as it was written is a failed error.
    Result<bool> advance();

    /// The present entry; until the next advance().
    [[nodiscard]] std::string_view key() const { return m_key; }
    [[nodiscard]] std::string_view text() const { return m_text; }

  private:
    Result<bool> has(std::size_t bytes);

    const RunFile* m_file;
    SortedRun m_run;
    std::uint64_t m_offset = 0;  ///< in the file, of what is not read yet
    std::uint64_t m_left = 0;    ///< of the run, not read yet
    std::uint32_t m_crc = 0;
    std::size_t m_buffer_size;
    std::string m_buffer;
    std::size_t m_next = 0;  ///< in the buffer
    std::string_view m_key;
    std::string_view m_text;
  };

private:
  RunFile(int fd, std::string where) : m_fd(fd), m_where(std::move(where)) {}

  Status flush();
  [[nodiscard]] Error error() const;

  int m_fd = -1;
  std::string m_where;  ///< what an error calls it
  std::string m_buffer;
  SortedRun m_open;  ///< the run that is being written
  std::vector<SortedRun> m_runs;
};

}  // namespace davit::commands::table
