// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/dynamodb/key_schema.hpp"
#include "commands/table/write_pace.hpp"

namespace davit::commands::table {

/// One put or delete of a bulk write.
struct BulkWrite {
  std::string request;          ///< aws::dynamodb::put_request() or delete_request()
  std::uint64_t partition = 0;  ///< the same number for all that share a partition key, by partition_of()
  std::uint64_t number = 0;     ///< by which the caller knows it, as it knows it by what follows; neither means anything here
  std::uint32_t file = 0;
  std::int32_t column = 0;
  std::int64_t line = 0;
};

BulkWrite put_of(const aws::dynamodb::Item& item, const aws::dynamodb::KeySchema& key);
BulkWrite delete_of(const aws::dynamodb::Item& key, const aws::dynamodb::KeySchema& schema);

/// A number that stands for the item's partition key.
std::uint64_t partition_of(const aws::dynamodb::Item& item, const aws::dynamodb::KeySchema& key);

/// Writes that travel together.
struct WriteBatch {
  std::vector<BulkWrite> writes;
  int attempts = 0;                                  ///< that brought nothing forward
  std::optional<std::uint64_t> lane = std::nullopt;  ///< the partition whose lane it is of
  std::chrono::milliseconds delay{0};
  WritePace::Offer offer = {};
};

/// What waits to be written. Batches are spread over partition keys, and the writes of a hot key wait in a lane of its own, from which one
/// batch is under way at a time.
class WriteQueue
{
public:
  /// Without a sort key no two writes share a partition key.
  explicit WriteQueue(bool has_sort_key) : m_has_sort_key(has_sort_key) {}

  /// Whether there is room for more.
  [[nodiscard]] bool wants_more() const;
  void add(BulkWrite write);

  /// Writes that the table left over come before the others, in batches that are full again.
  void put_back(std::vector<BulkWrite> writes);

  [[nodiscard]] bool is_empty() const { return m_waiting.empty() && m_lanes.empty(); }

  /// The next batch; one that is not full only with `flush`.
  std::optional<WriteBatch> next(bool flush);

  /// Puts writes into the lanes of their keys.
  void set_aside(std::vector<BulkWrite> writes);

  /// A batch has come back, whose lane, if it is of one, rests for so many attempts in vain. A lane without writes is a key that is cool
  /// again.
  void settle_lane(const WriteBatch& batch, int attempts);

private:
  struct Lane {
    std::deque<BulkWrite> waiting;
    int attempts = 0;  ///< that brought nothing forward
    bool is_under_way = false;
    std::chrono::steady_clock::time_point due{};
  };

  std::optional<WriteBatch> next_of_lanes(bool may_wait);
  WriteBatch take_of_lane(std::uint64_t partition, Lane& lane);
  std::vector<BulkWrite> take_spread();
  static bool take_front(std::deque<BulkWrite>& from, std::vector<BulkWrite>& to, std::size_t& bytes);

  bool m_has_sort_key;
  std::deque<BulkWrite> m_waiting;
  std::size_t m_waiting_bytes = 0;
  std::map<std::uint64_t, Lane> m_lanes;
  std::size_t m_aside = 0;  ///< writes in lanes, and their bytes
  std::size_t m_aside_bytes = 0;
};

}  // namespace davit::commands::table
