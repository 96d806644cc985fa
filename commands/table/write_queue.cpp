// SPDX-License-Identifier: Apache-2.0
#include "commands/table/write_queue.hpp"

#include <algorithm>
#include <unordered_map>

#include "aws/dynamodb/key_digest.hpp"
#include "aws/dynamodb/requests.hpp"
#include "aws/dynamodb/wire.hpp"
#include "commands/table/patience.hpp"

namespace davit::commands::table {

using namespace aws::dynamodb;

namespace {

using Clock = std::chrono::steady_clock;

/// Requests may have 16 MiB; half of it leaves room for everything around the items.
constexpr std::size_t k_max_batch_bytes = 8 * 1024 * 1024;

/// So many writes are looked at to find some of different partition keys, where several may share one.
constexpr std::size_t k_spread = 200;

/// So much may wait aside before the others wait too.
constexpr std::size_t k_max_aside = 2000;
constexpr std::size_t k_max_aside_bytes = 32 * 1024 * 1024;

BulkWrite write_of(std::string request, const Item& item, const KeySchema& key)
{
  return {.request = std::move(request), .partition = partition_of(item, key)};
}

}  // namespace

std::uint64_t partition_of(const Item& item, const KeySchema& key)
{
  return digest_of(item, key.partition).low;
}

BulkWrite put_of(const Item& item, const KeySchema& key)
{
  return write_of(put_request(to_json_text(item)), item, key);
}

BulkWrite delete_of(const Item& key, const KeySchema& schema)
{
  return write_of(delete_request(to_json_text(key)), key, schema);
}

bool WriteQueue::wants_more() const
{
  return m_waiting.size() < (m_has_sort_key ? k_spread : k_max_batch_write) && m_waiting_bytes < k_max_batch_bytes &&
         m_aside < k_max_aside && m_aside_bytes < k_max_aside_bytes;
}

void WriteQueue::add(BulkWrite write)
{
  if (const auto lane = m_lanes.find(write.partition); lane != m_lanes.end()) {
    ++m_aside;
    m_aside_bytes += write.request.size();
    lane->second.waiting.push_back(std::move(write));
    return;
  }
  m_waiting_bytes += write.request.size();
  m_waiting.push_back(std::move(write));
}

void WriteQueue::put_back(std::vector<BulkWrite> writes)
{
  for (auto& write : writes) {
    m_waiting_bytes += write.request.size();
    m_waiting.push_front(std::move(write));
  }
}

std::optional<WriteBatch> WriteQueue::next(bool flush)
{
  if (auto batch = next_of_lanes(false)) {
    return batch;
  }
  const bool is_full = m_waiting.size() >= k_max_batch_write || m_waiting_bytes >= k_max_batch_bytes;
  return is_full || (flush && !m_waiting.empty()) ? WriteBatch{.writes = take_spread()} : next_of_lanes(true);
}

/// Of the lane whose time came first; with `may_wait`, of the one whose time comes first.
std::optional<WriteBatch> WriteQueue::next_of_lanes(bool may_wait)
{
  const auto now = Clock::now();
  auto chosen = m_lanes.end();
  for (auto at = m_lanes.begin(); at != m_lanes.end(); ++at) {
    const Lane& lane = at->second;
    const bool is_ready = !lane.is_under_way && !lane.waiting.empty() && (may_wait || lane.due <= now);
    if (is_ready && (chosen == m_lanes.end() || lane.due < chosen->second.due)) {
      chosen = at;
    }
  }
  return chosen == m_lanes.end() ? std::nullopt : std::optional(take_of_lane(chosen->first, chosen->second));
}

WriteBatch WriteQueue::take_of_lane(std::uint64_t partition, Lane& lane)
{
  WriteBatch batch{.attempts = lane.attempts, .lane = partition};
  batch.delay = std::max(std::chrono::milliseconds{0}, std::chrono::ceil<std::chrono::milliseconds>(lane.due - Clock::now()));
  std::size_t bytes = 0;
  while (take_front(lane.waiting, batch.writes, bytes)) {
  }
  m_aside -= batch.writes.size();
  m_aside_bytes -= bytes;
  lane.is_under_way = true;
  return batch;
}

bool WriteQueue::take_front(std::deque<BulkWrite>& from, std::vector<BulkWrite>& to, std::size_t& bytes)
{
  if (from.empty() || to.size() >= k_max_batch_write || bytes >= k_max_batch_bytes) {
    return false;
  }
  bytes += from.front().request.size();
  to.push_back(std::move(from.front()));
  from.pop_front();
  return true;
}

/// A batch that takes about equally much of each partition key, because one partition takes no more than 1,000 units a second.
std::vector<BulkWrite> WriteQueue::take_spread()
{
  std::vector<BulkWrite> out;
  std::size_t bytes = 0;
  if (m_has_sort_key) {
    std::unordered_map<std::uint64_t, std::size_t> taken;
    std::for_each(m_waiting.begin(), m_waiting.end(), [&](const BulkWrite& write) { taken.emplace(write.partition, 0); });
    const std::size_t share = (k_max_batch_write + taken.size() - 1) / taken.size();
    std::deque<BulkWrite> passed_over;
    while (!m_waiting.empty()) {
      const bool is_wanted = taken[m_waiting.front().partition]++ < share;
      if (!is_wanted || !take_front(m_waiting, out, bytes)) {
        passed_over.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
      }
    }
    m_waiting = std::move(passed_over);
  }
  while (take_front(m_waiting, out, bytes)) {
  }
  m_waiting_bytes -= bytes;
  return out;
}

void WriteQueue::set_aside(std::vector<BulkWrite> writes)
{
  for (auto& write : writes) {
    ++m_aside;
    m_aside_bytes += write.request.size();
    const auto [lane, is_new] = m_lanes.try_emplace(write.partition);
    if (is_new) {
      lane->second = {.attempts = 1, .due = Clock::now() + back_off(1)};
    }
    lane->second.waiting.push_back(std::move(write));
  }
}

void WriteQueue::settle_lane(const WriteBatch& batch, int attempts)
{
  const auto found = batch.lane ? m_lanes.find(*batch.lane) : m_lanes.end();
  if (found == m_lanes.end()) {
    return;
  }
  Lane& lane = found->second;
  lane.is_under_way = false;
  lane.attempts = attempts;
  lane.due = Clock::now() + back_off(attempts);
  if (lane.waiting.empty() && attempts == 0) {
    m_lanes.erase(found);
  }
}

}  // namespace davit::commands::table
