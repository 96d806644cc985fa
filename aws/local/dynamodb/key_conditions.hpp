// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "aws/local/dynamodb/expression/ast.hpp"
#include "aws/local/dynamodb/refusal.hpp"
#include "aws/local/dynamodb/table.hpp"

namespace davit::aws::local::dynamodb {

/// What a query asks of one key attribute.
struct KeyCondition {
  enum class Operator { equal, less, less_or_equal, greater, greater_or_equal, between, begins_with, not_indexable };
  Operator comparison = Operator::equal;
  std::vector<aws::dynamodb::AttributeValue> values;
};

/// By attribute name.
using KeyConditions = std::map<std::string, KeyCondition, std::less<>>;

/// The error is a complaint.
tl::expected<KeyConditions, std::string> key_conditions_of(const ConditionExpression& expression);

/// Whether the conditions, and the start key if there is one, fit the key of a table or index. The service checks both attribute by
/// attribute.
Complaint key_condition_complaint(const KeyConditions& conditions, const KeySchema& key, const Item* start);

/// Keys of rows, from `low` on and below `high` (empty: to the end).
struct KeyRange {
  std::string low;
  std::string high;
};

/// The rows that fitting conditions describe.
KeyRange range_of(const KeyConditions& conditions, const KeySchema& key);

}  // namespace davit::aws::local::dynamodb
