// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/throttle/capacity_buckets.hpp"

namespace davit::aws::local::dynamodb {

/// Runs the operation as far as the provisioned capacity of its tables allows: refuses it when there is none left, and leaves that part of
/// a batch unprocessed for which there is none. Operations that use no capacity just run.
Outcome<std::string> run_throttled(CapacityBuckets& buckets, std::string_view name, Operation operation, Engine& engine, const Call& call);

}  // namespace davit::aws::local::dynamodb
