// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "commands/table/number_ranges.hpp"

namespace davit::commands::table {

/// What a journal is for: it is of no use to another seed.
struct JournalSubject {
  std::string table;     ///< its ARN, or its name where the service gives none
  std::string created;   ///< when, so that a table that was made anew is another one
  std::string endpoint;  ///< URL
  std::string mode;
  std::vector<std::string> files;  ///< "name, size, digest of the content" each
  std::int64_t items = 0;
};

/// A file that remembers which items of a seed are done, so that the seed can go on after any end, `kill -9` included. Its first line is
/// the subject; each line after that says which items, by their number in the files from 0, are written ("w 0-24 30"), were there already
/// ("s 25-29"), or may have been sent without anyone knowing what became of them ("b 100": all below 100).
///
/// A line is in the hands of the kernel before its items count as done, so the death of the process loses nothing; it is not flushed to the
/// disk, so the loss of power may cost the last lines: those items are then written again. A last line that was cut is passed over.
/// The file is locked as long as the object lives.
class SeedJournal
{
public:
  /// A new journal in the place of any that is there. A conflict error when another process is using it.
  static Result<SeedJournal> begin(const std::filesystem::path& path, const JournalSubject& subject);

  /// The journal that an earlier seed left; nothing when there is none. A usage error when it is another seed's, and says what differs.
  static Result<std::optional<SeedJournal>> resume(const std::filesystem::path& path, const JournalSubject& subject);

  /// A sentence about the journal that an earlier seed of this table left; nothing when there is none.
  static std::optional<std::string> describe_left(const std::filesystem::path& path);

  ~SeedJournal();
  SeedJournal(SeedJournal&& other) noexcept;
  SeedJournal& operator=(SeedJournal&& other) noexcept;

  // Of the earlier seed.
  [[nodiscard]] const std::string& mode() const { return m_mode; }
  [[nodiscard]] bool was_written(std::uint64_t number) const { return m_written.contains(number); }
  [[nodiscard]] bool was_same(std::uint64_t number) const { return m_same.contains(number); }
  [[nodiscard]] bool may_have_been_sent(std::uint64_t number) const { return number < m_begun_before; }

  // Of this one: noted in memory until flush().
  void note_written(std::uint64_t number) { m_new_written.add(number); }
  void note_same(std::uint64_t number) { m_new_same.add(number); }

  /// Before an item is sent whose fate could not be told afterwards.
  Status announce(std::uint64_t number);

  /// Hands what was noted to the kernel.
  Status flush();

  /// The seed is complete.
  Status remove();

private:
  SeedJournal(int fd, std::filesystem::path path) : m_fd(fd), m_path(std::move(path)) {}

  static Result<SeedJournal> open(const std::filesystem::path& path, int flags);
  Status append(const std::string& lines);
  Status read(const JournalSubject& subject);
  bool read_line(std::string_view line);

  int m_fd;
  std::filesystem::path m_path;
  std::string m_mode;
  NumberRanges m_written;
  NumberRanges m_same;
  std::uint64_t m_begun_before = 0;
  NumberRanges m_new_written;
  NumberRanges m_new_same;
  std::uint64_t m_begun = 0;
};

}  // namespace davit::commands::table
