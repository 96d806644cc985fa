// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {

enum class Direction { read, write };

/// What throttles a request: the table itself or one of its global indexes.
struct Exhausted {
  TablePtr table;
  std::string index;  ///< empty for the table
  Direction direction = Direction::read;
};

/// The ProvisionedThroughputExceededException with its ThrottlingReasons.
Refusal throughput_exceeded(const Exhausted& exhausted);

/// The provisioned capacity of tables and global indexes as it is left. What is not used is kept for up to five minutes
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html); a request is let through while there is
/// any, and paid afterwards, so that a balance may fall below zero. Tables on demand have none. Safe to use from several threads.
class CapacityBuckets
{
public:
  explicit CapacityBuckets(Clock clock) : m_clock(std::move(clock)) {}

  /// What has nothing left of all that the request would use: the table, an index that is read, or any index that a write may change.
  std::optional<Exhausted> exhausted(const TablePtr& table, Direction direction, std::string_view index = {});

  /// Units left of the table, as `exhausted` counts them; a very large number on demand.
  double left(const TablePtr& table, Direction direction);

  /// Takes off what was used: the units of the table, of its local indexes, and of each global one.
  void take(const TablePtr& table, Direction direction, const Json& consumed);

private:
  struct Bucket {
    double balance = 0;
    TimePoint filled;
  };
  using Key = std::tuple<Space, std::string, Direction>;

  double balance(const Table& table, const std::string& index, Direction direction);
  void take(const Table& table, const std::string& index, Direction direction, double units);

  Clock m_clock;
  std::mutex m_mutex;
  std::map<Key, Bucket> m_buckets;
};

}  // namespace davit::aws::local::dynamodb
