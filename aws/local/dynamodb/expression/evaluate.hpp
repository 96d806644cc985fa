// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/local/dynamodb/expression/ast.hpp"
#include "aws/local/dynamodb/expression/parser.hpp"

namespace davit::aws::local::dynamodb {

/// Whether the item (an empty one when there is none) fulfils a checked condition.
bool holds(const ConditionExpression& condition, const Item& item);

/// Carries out a checked update: every operand is taken from the item as it was. The error is the service's text.
Parsed<void> apply_update(const UpdateExpression& update, Item& item);

}  // namespace davit::aws::local::dynamodb
