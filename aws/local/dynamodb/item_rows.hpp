// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "aws/local/dynamodb/capacity.hpp"
#include "aws/local/dynamodb/refusal.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::dynamodb {

struct StoredItem {
  std::string json;  ///< compact DynamoDB-JSON
  std::size_t size = 0;

  [[nodiscard]] Item item() const;
};

/// Kept DynamoDB-JSON, which was written here and needs no checks.
Item decode(std::string_view json);

Result<std::optional<StoredItem>> read_item(store::Connection& connection, const Table& table, const Item& key);

/// Replaces `before` (what is there, if anything) by `after` (nothing to delete), in the table and in its indexes. Returns the capacity
/// used.
Result<Capacity> replace_item(store::Connection& connection, const Table& table, const std::optional<Item>& before,
                              const std::optional<Item>& after);

/// The same in a table without indexes, where nobody asks what the item was: it is not read, only its size is.
Result<Capacity> replace_unseen(store::Connection& connection, const Table& table, const Item& key, const std::optional<Item>& after);

/// Puts every item of the table into a new index, except those that cannot be in it: a key that is missing, of another type, empty or
/// too long.
Status fill_index(store::Connection& connection, const Table& table, const Index& index);

/// Deletes every row of a table or index.
Status clear(store::Connection& connection, Space space);

struct SpaceTotals {
  std::int64_t items = 0;
  std::int64_t bytes = 0;
};
Result<SpaceTotals> totals_of(store::Connection& connection, Space space);

}  // namespace davit::aws::local::dynamodb
