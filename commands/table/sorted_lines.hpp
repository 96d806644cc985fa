// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "commands/table/run_file.hpp"

namespace davit::commands::table {

/// Texts in the order of the bytes of their keys, however many there are: what exceeds the memory is sorted into a file, run by run, and
/// the runs are merged on the way out.
class SortedLines
{
public:
  static constexpr std::size_t k_memory = 32 * 1024 * 1024;

  using Take = std::function<Status(std::string_view text)>;
  enum class Order { by_key, as_added };

  using OpenFile = std::function<Result<RunFile>()>;

  /// `open_file` is called when something has to be written, and not before.
  explicit SortedLines(std::size_t memory = k_memory, Order order = Order::by_key, OpenFile open_file = RunFile::temporary);

  /// Opens the file now: for one that has runs already.
  Status open();

  /// The views are copied. A temporary file that cannot be written is a failed error.
  Status add(std::string_view key, std::string_view text);

  [[nodiscard]] std::size_t bytes_in_memory() const { return m_arena.size() + m_entries.size() * sizeof(Entry); }

  /// Writes what is in memory to the file, as one run more.
  Status spill();

  /// The runs of the file so far.
  [[nodiscard]] std::vector<SortedRun> runs() const { return m_file ? m_file->runs() : std::vector<SortedRun>(); }

  /// Hands over every text in order; by key, of several with one key the one added last. Nothing can be added afterwards.
  Status for_each(const Take& take);

private:
  struct Entry {
    std::uint64_t prefix;  ///< of the key behind what all keys share; set by sort()
    std::uint32_t offset;
    std::uint32_t key_size;
    std::uint32_t text_size;
  };

  [[nodiscard]] std::string_view key_of(const Entry& entry) const { return {m_arena.data() + entry.offset, entry.key_size}; }
  [[nodiscard]] std::string_view text_of(const Entry& entry) const
  {
    return {m_arena.data() + entry.offset + entry.key_size, entry.text_size};
  }
  void note_prefixes();
  void sort();
  Status concatenate(const Take& take);
  Status merge(const Take& take);

  std::size_t m_memory;
  Order m_order;
  OpenFile m_open_file;
  std::string m_arena;  ///< keys and texts
  std::vector<Entry> m_entries;
  std::optional<RunFile> m_file;
};

}  // namespace davit::commands::table
