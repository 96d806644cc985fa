// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/record.hpp"

/// DynamoDB's own JSON, which names the type of each value: {"price": {"N": "19.9"}}.
namespace davit::aws::dynamodb::format {

/// The item that the object stands for: bare, or in {"Item": ...} as an export to S3 writes it.
Record record_from_typed_json(const ExactJson& json);

/// Whether the object looks like an item of DynamoDB JSON rather than a plain one. Every member of the former is an object, and the key of
/// the latter never is one, so that the two can be told apart unless the item could not be stored either way.
bool looks_typed(const ExactJson& json);

/// {"Item":{...}} on one line, members and sets sorted.
std::string to_typed_json(const Item& item);

}  // namespace davit::aws::dynamodb::format
