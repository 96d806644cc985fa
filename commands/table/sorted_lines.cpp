// SPDX-License-Identifier: Apache-2.0
#include "commands/table/sorted_lines.hpp"

#include <algorithm>
#include <queue>

namespace davit::commands::table {
namespace {

/// Eight bytes of a key as a number that sorts alike.
std::uint64_t prefix_of(std::string_view key)
{
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < sizeof prefix; ++i) {
    prefix = prefix << 8U | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  }
  return prefix;
}

std::size_t common_length(std::string_view a, std::string_view b)
{
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

/// What all runs together hold in memory while they are merged; of many runs each gets little, but never a page of the disk's at a time.
std::size_t buffer_size(std::size_t runs)
{
  constexpr std::size_t k_all = 16 * 1024 * 1024;
  return std::clamp<std::size_t>(k_all / std::max<std::size_t>(runs, 1), 16 * 1024, 1024 * 1024);
}

}  // namespace

SortedLines::SortedLines(std::size_t memory, Order order, OpenFile open_file)
    : m_memory(memory), m_order(order), m_open_file(std::move(open_file))
{
}

Status SortedLines::add(std::string_view key, std::string_view text)
{
  if (bytes_in_memory() >= m_memory) {
    DAVIT_TRY(spill());
  }
  // Untouched memory costs nothing, and growing would hold everything twice for a moment.
  if (m_arena.capacity() < m_memory) {
    m_arena.reserve(m_memory + m_memory / 8);
  }
  m_entries.push_back({.prefix = 0,
                       .offset = static_cast<std::uint32_t>(m_arena.size()),
                       .key_size = static_cast<std::uint32_t>(key.size()),
                       .text_size = static_cast<std::uint32_t>(text.size())});
  (m_arena += key) += text;
  return {};
}

/// Keys mostly begin alike, and the bytes behind what all of them share tell most of them apart without a look at the keys.
void SortedLines::note_prefixes()
{
  if (m_entries.empty()) {
    return;
  }
  std::string_view shared = key_of(m_entries.front());
  for (const auto& entry : m_entries) {
    shared = shared.substr(0, common_length(shared, key_of(entry)));
  }
  for (auto& entry : m_entries) {
    entry.prefix = prefix_of(key_of(entry).substr(shared.size()));
  }
}

/// Of several entries with one key the last stays.
void SortedLines::sort()
{
  if (m_order == Order::as_added) {
    return;
  }
  note_prefixes();
  std::sort(m_entries.begin(), m_entries.end(), [this](const Entry& a, const Entry& b) {
    if (a.prefix != b.prefix) {
      return a.prefix < b.prefix;
    }
    const int order = key_of(a).compare(key_of(b));
    return order != 0 ? order < 0 : a.offset < b.offset;
  });
  const auto same_key = [this](const Entry& a, const Entry& b) { return a.prefix == b.prefix && key_of(a) == key_of(b); };
  const auto kept = std::unique(m_entries.rbegin(), m_entries.rend(), same_key);
  m_entries.erase(m_entries.begin(), kept.base());
}

Status SortedLines::open()
{
  if (!m_file) {
    DAVIT_TRY_ASSIGN(auto file, m_open_file());
    m_file.emplace(std::move(file));
  }
  return {};
}

Status SortedLines::spill()
{
  DAVIT_TRY(open());
  if (m_entries.empty()) {
    return {};
  }
  sort();
  for (const auto& entry : m_entries) {
    DAVIT_TRY(m_file->append(key_of(entry), text_of(entry)));
  }
  DAVIT_TRY(m_file->finish_run());
  m_entries.clear();
  m_arena.clear();
  return {};
}

Status SortedLines::for_each(const Take& take)
{
  if (m_file && !m_file->runs().empty()) {
    if (!m_entries.empty()) {
      DAVIT_TRY(spill());
    }
    std::string().swap(m_arena);
    std::vector<Entry>().swap(m_entries);
    return m_order == Order::by_key ? merge(take) : concatenate(take);
  }
  sort();
  for (const auto& entry : m_entries) {
    DAVIT_TRY(take(text_of(entry)));
  }
  return {};
}

Status SortedLines::concatenate(const Take& take)
{
  for (std::size_t i = 0; i < m_file->runs().size(); ++i) {
    RunFile::Reader run{*m_file, i, buffer_size(1)};
    while (true) {
      DAVIT_TRY_ASSIGN(const bool any, run.advance());
      if (!any) {
        break;
      }
      DAVIT_TRY(take(run.text()));
    }
  }
  return {};
}

Status SortedLines::merge(const Take& take)
{
  std::vector<RunFile::Reader> runs;
  const std::size_t count = m_file->runs().size();
  for (std::size_t i = 0; i < count; ++i) {
    runs.emplace_back(*m_file, i, buffer_size(count));
  }
  // The smallest key first; of equal keys the newest run, which speaks for all of them.
  const auto is_later = [&](std::size_t a, std::size_t b) {
    const int order = runs[a].key().compare(runs[b].key());
    return order != 0 ? order > 0 : a < b;
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(is_later)> heads(is_later);
  const auto queue_next_of = [&](std::size_t run) -> Status {
    DAVIT_TRY_ASSIGN(const bool any, runs[run].advance());
    if (any) {
      heads.push(run);
    }
    return {};
  };
  for (std::size_t i = 0; i < count; ++i) {
    DAVIT_TRY(queue_next_of(i));
  }
  std::optional<std::string> last_key;
  while (!heads.empty()) {
    const std::size_t at = heads.top();
    heads.pop();
    if (runs[at].key() != last_key) {
      DAVIT_TRY(take(runs[at].text()));
      last_key = runs[at].key();
    }
    DAVIT_TRY(queue_next_of(at));
  }
  return {};
}

}  // namespace davit::commands::table
