// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "aws/dynamodb/attribute_value.hpp"

namespace davit::aws::dynamodb {

/// Bytes that an item may have at most, names included.
constexpr std::size_t k_max_item_size = 400 * 1024;

/// Bytes of one value without its name
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
std::size_t value_size(const AttributeValue& value);

/// Bytes that count towards the item limit and the capacity units: names and values of all attributes.
std::size_t item_size(const Item& item);

}  // namespace davit::aws::dynamodb
