// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <queue>
#include <string_view>
#include <type_traits>
#include <vector>

#include "aws/core/unnamed_file.hpp"

namespace davit::commands::table {

/// Sorts any number of small entries in bounded memory: what does not fit is sorted by parts, which wait in an unnamed file and are merged
/// on the way out. Entries are plain data and have an order.
template <typename Entry>
class SpilledSort
{
  static_assert(std::is_trivially_copyable_v<Entry>);

public:
  /// `in_memory`: so many entries are held before a part goes to the file.
  explicit SpilledSort(std::size_t in_memory = std::size_t{1} << 18U) : m_in_memory(in_memory) {}

  Status add(const Entry& entry)
  {
    m_entries.push_back(entry);
    return m_entries.size() < m_in_memory ? Status{} : spill();
  }

  /// Goes to the first entry: behind the last add(), and as often as is wanted.
  Status rewind()
  {
    std::sort(m_entries.begin(), m_entries.end());
    m_next = 0;
    m_heads = {};
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
      m_parts[i].offset = m_parts[i].first;
      DAVIT_TRY(advance(i));
    }
    return {};
  }

  /// The next entry in order, or nothing behind the last.
  Result<std::optional<Entry>> next()
  {
    const bool has_own = m_next < m_entries.size();
    if (m_heads.empty()) {
      return has_own ? std::optional(m_entries[m_next++]) : std::nullopt;
    }
    if (has_own && m_entries[m_next] < m_heads.top().entry) {
      return m_entries[m_next++];
    }
    const Head head = m_heads.top();
    m_heads.pop();
    DAVIT_TRY(advance(head.part));
    return head.entry;
  }

private:
  struct Part {
    std::uint64_t first = 0;  ///< offsets in the file
    std::uint64_t end = 0;
    std::uint64_t offset = 0;
    std::vector<Entry> buffer = {};
    std::size_t next = 0;
  };
  struct Head {
    Entry entry;
    std::size_t part;
    bool operator<(const Head& other) const { return other.entry < entry; }  // the smallest on top
  };

  Status spill()
  {
    if (!m_file) {
      DAVIT_TRY_ASSIGN(auto file, UnnamedFile::create());
      m_file = std::move(file);
    }
    std::sort(m_entries.begin(), m_entries.end());
    const std::uint64_t first = m_file->size();
    DAVIT_TRY(m_file->write({reinterpret_cast<const char*>(m_entries.data()), m_entries.size() * sizeof(Entry)}));
    m_parts.push_back({.first = first, .end = m_file->size()});
    m_entries.clear();
    return {};
  }

  /// Puts the part's next entry among the heads.
  Status advance(std::size_t index)
  {
    constexpr std::size_t k_read_ahead = 1024;
    Part& part = m_parts[index];
    if (part.offset == part.first || part.next == part.buffer.size()) {
      const auto left = (part.end - part.offset) / sizeof(Entry);
      part.buffer.resize(std::min<std::uint64_t>(k_read_ahead, left));
      part.next = 0;
      const auto bytes = part.buffer.size() * sizeof(Entry);
      DAVIT_TRY_ASSIGN(const std::size_t count, m_file->read(part.offset, reinterpret_cast<char*>(part.buffer.data()), bytes));
      part.offset += count;
    }
    if (part.next < part.buffer.size()) {
      m_heads.push({part.buffer[part.next++], index});
    }
    return {};
  }

  std::size_t m_in_memory;
  std::vector<Entry> m_entries;
  std::size_t m_next = 0;
  std::optional<UnnamedFile> m_file;
  std::vector<Part> m_parts;
  std::priority_queue<Head> m_heads;
};

}  // namespace davit::commands::table
