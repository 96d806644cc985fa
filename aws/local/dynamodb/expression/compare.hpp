// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/dynamodb/attribute_value.hpp"

namespace davit::aws::local::dynamodb {

/// Order of two strings (by their UTF-8 bytes), numbers or binaries; unordered when the types differ or have no order.
std::partial_ordering order_of(const aws::dynamodb::AttributeValue& a, const aws::dynamodb::AttributeValue& b);

/// The value as an error message shows it: text, number, base64, else DynamoDB-JSON.
std::string scalar_text(const aws::dynamodb::AttributeValue& value);

}  // namespace davit::aws::local::dynamodb
