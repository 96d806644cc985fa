// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/key_conditions.hpp"
#include "aws/local/dynamodb/refusal.hpp"
#include "aws/local/dynamodb/table.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// Which rows a SELECT reads: those of the partitions that its condition names, or all.
struct ReadPlan {
  bool is_keyed = false;         ///< the condition names partitions; otherwise there is one range, of everything
  std::vector<KeyRange> ranges;  ///< in the order of their partitions, none overlapping another
};

/// The plan of a checked condition (nothing: all rows) on the keys of a table or index. The error is a complaint.
tl::expected<ReadPlan, std::string> read_plan_of(const ConditionExpression* condition, const KeySchema& key);

}  // namespace davit::aws::local::dynamodb::partiql
