// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "aws/local/dynamodb/expression/ast.hpp"

namespace davit::aws::local::dynamodb {

/// What stands at the path, or nullptr.
const AttributeValue* find(const Item& item, std::span<const PathElement> path);
AttributeValue* find(Item& item, std::span<const PathElement> path);

/// The parts of the item at these paths, in their places; the elements of a list that are left keep their order and close ranks.
Item project(const Item& item, const std::vector<Path>& paths);

}  // namespace davit::aws::local::dynamodb
