// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/shape.hpp"

namespace davit::aws::local::dynamodb {

// Members that several item operations share.
Shape item_table_name();  ///< one character at least, where a new table's name has three
Shape attribute_map();
Shape returned_capacity();
Shape logical_operator();
Shape comparison_operator();
Shape attributes_to_get();
Shape name_placeholders();
Shape collection_metrics_choice();
Shape old_on_failure();
Shape condition_map();  ///< KeyConditions, QueryFilter, ScanFilter

/// The complaint about a batch without tables.
constexpr std::string_view k_empty_batch =
    "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1";

/// The complaint about an empty TableName, which the service makes before any other.
Complaint empty_table_name(const Json& input);

}  // namespace davit::aws::local::dynamodb
