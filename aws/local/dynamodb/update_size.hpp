// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/expression/ast.hpp"
#include "aws/local/dynamodb/refusal.hpp"

namespace davit::aws::local::dynamodb {

/// What the service says of an update whose own record is larger than an item may be. It measures the record by the request alone,
/// before it looks at the item, which is why an update of a short key cannot make an item as large as a put can.
Complaint update_size_complaint(const UpdateExpression& update);

/// What it says of the item that an update makes.
Complaint updated_size_complaint(const Item& after);

}  // namespace davit::aws::local::dynamodb
