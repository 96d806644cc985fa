// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "aws/dynamodb/key_digest.hpp"
#include "commands/table/spilled_sort.hpp"

namespace davit::commands::table {

/// Finds among the items of a seed those whose key an earlier one has, in bounded memory however many there are.
class Duplicates
{
public:
  /// Where an item stands; files by their place in the seed.
  struct Origin {
    std::uint32_t file = 0;
    std::uint64_t line = 0;
  };
  struct Duplicate {
    std::uint64_t number = 0;
    Origin first;  ///< of the first item with its key
  };

  /// Notes an item. Numbers count the items of all files from 0, and come in order.
  Status add(const aws::dynamodb::KeyDigest& key, std::uint64_t number, Origin origin);

  /// Behind the last add(). Afterwards next() begins at the start.
  Status find();

  [[nodiscard]] std::int64_t count() const { return m_count; }

  /// The duplicates in the order of their numbers; rewind() goes back to the first.
  Result<std::optional<Duplicate>> next();
  Status rewind() { return m_found.rewind(); }

private:
  struct Key {
    aws::dynamodb::KeyDigest digest;
    std::uint64_t number;
    std::uint64_t origin;
    bool operator<(const Key& other) const { return digest != other.digest ? digest < other.digest : number < other.number; }
  };
  struct Found {
    std::uint64_t number;
    std::uint64_t first;
    bool operator<(const Found& other) const { return number < other.number; }
  };

  SpilledSort<Key> m_keys;
  SpilledSort<Found> m_found;
  std::int64_t m_count = 0;
};

}  // namespace davit::commands::table
