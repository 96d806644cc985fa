// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/core/time.hpp"
#include "aws/local/dynamodb/refusal.hpp"

namespace davit::aws::local::dynamodb {

/// Whether a table's description says PAY_PER_REQUEST.
bool is_on_demand(const Json& description);

/// Brings the billing mode and the throughputs of an UpdateTableInput into the description of a record. What is shown until the table has
/// settled goes into the record as "meanwhile".
Complaint change_throughputs(const Json& input, Json& record, TimePoint now);

/// Brings the throughputs of an UpdateGlobalSecondaryIndexAction into the description of its index.
Complaint change_index_throughputs(const Json& wanted, bool table_is_on_demand, Json& index);

}  // namespace davit::aws::local::dynamodb
