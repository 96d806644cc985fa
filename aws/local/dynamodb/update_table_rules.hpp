// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/dynamodb/refusal.hpp"

namespace davit::aws::local::dynamodb {

/// The index that one of GlobalSecondaryIndexUpdates is about; empty where it has no action.
std::string index_name_of(const Json& update);

/// What UpdateTable refuses without a look at the table.
Complaint update_table_complaint(const Json& input);

/// The service makes or deletes one index at a time.
Outcome<void> one_at_a_time(const Json& input);

}  // namespace davit::aws::local::dynamodb
