// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "commands/item/access.hpp"
#include "commands/item/entity_patterns.hpp"

namespace davit::commands::item {

/// The items that share one partition key.
struct CollectionRequest {
  aws::dynamodb::KeySchema schema;
  aws::dynamodb::AttributeValue partition;
  EntityPatterns patterns;
};

/// Prints them in the order of their sort keys as they come, each below the one whose sort key, followed by a mark, begins its own.
/// Not found when there are none.
Result<cli::Outcome> print_collection(cli::Context& context, Access& access, const CollectionRequest& request);

}  // namespace davit::commands::item
