// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/dynamodb/refusal.hpp"

namespace davit::aws::local::dynamodb {

/// What CreateTable refuses beyond the constraints of the API model, in the service's words and order.
Complaint create_table_complaint(const Json& input);

/// The same for one index of an existing table, as UpdateTable adds it, by the billing mode that the table will have.
Complaint new_index_complaint(const Json& index, const Json& attribute_definitions, bool is_on_demand);

/// An SSESpecification whose members contradict each other.
Complaint encryption_complaint(const Json& input);

}  // namespace davit::aws::local::dynamodb
