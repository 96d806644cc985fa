// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/item_rows.hpp"
#include "aws/local/dynamodb/key_conditions.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb {

/// Which rows of a table or index one call of Query or Scan goes over, and what it answers of them.
struct PageRequest {
  const Table& table;
  const Index* index = nullptr;  ///< nullptr for the table itself
  KeyRange range;
  bool forward = true;
  std::optional<std::int64_t> limit;
  bool is_consistent = false;
  bool counts_only = false;
  bool completes = false;  ///< fetches the item from the table, because the index does not hold what is asked for
  std::optional<ConditionExpression> filter;
  std::optional<ProjectionExpression> projection;
};

/// The answer of Query or Scan.
Outcome<std::string> read_page(Engine& engine, const Json& input, const PageRequest& request);

/// The key schema that a call reads by.
const KeySchema& key_of(const Table& table, const Index* index);

/// A global index that is being filled cannot be read yet.
Complaint filling_complaint(const Table& table, const Index& index, TimePoint now);

/// The index that the input names, nullptr for none. One that is being filled is refused.
Outcome<const Index*> index_of(const Json& input, const Table& table, TimePoint now);

/// What Select, the projection and the index allow together, before the table is known and after.
Complaint select_complaint(const Json& input, bool has_projection, ValueWords words);
Complaint index_select_complaint(const Json& input, const Table& table, const Index* index,
                                 const std::optional<ProjectionExpression>& projection);

/// A query of an index filters by attributes that the index holds, for it reads no others.
Complaint index_filter_complaint(const Table& table, const Index* index, const std::optional<ConditionExpression>& filter);

/// Whether the index lacks what is asked for, and the table must be read as well.
bool needs_table(const Json& input, const Table& table, const Index* index, const Expressions& expressions);

/// The start key of the input, read and with its own words of complaint; empty when there is none.
tl::expected<std::optional<Item>, std::string> read_start_key(const Json& input, ValueWords words);

/// Puts the range behind (or, backwards, before) the start key.
void start_behind(KeyRange& range, const Item& start_key, const Table& table, const Index* index, bool forward);

}  // namespace davit::aws::local::dynamodb
