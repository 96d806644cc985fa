// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/throttle/capacity_buckets.hpp"

namespace davit::aws::local::dynamodb {

/// A batch, split into what there is capacity for and the rest.
struct BatchShare {
  Json processed = Json::object();  ///< RequestItems; empty when there is capacity for nothing
  Json rest = Json::object();       ///< as UnprocessedItems or UnprocessedKeys
  std::optional<Exhausted> exhausted;
};

/// The share of a BatchWriteItem or BatchGetItem. Tables that are not there are left to the operation.
BatchShare share_of(CapacityBuckets& buckets, Engine& engine, const Caller& caller, const Json& request_items, Direction direction);

}  // namespace davit::aws::local::dynamodb
