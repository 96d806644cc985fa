// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/core/result.hpp"
#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/record.hpp"

/// Plain JSON holds an item as JSON's own types and loses nothing: a number keeps all its digits, a binary value is {"$bin": "base64"}, a
/// set is {"$set": [...]} of strings, numbers or binaries, and a member name that begins with $ has that $ doubled. On the way in,
/// {"$password": "text"} stands for a scrypt hash of the text.
namespace davit::aws::dynamodb::format {

/// The item that the object stands for. What cannot be stored is noted in the record's problems.
Record record_from_plain_json(const ExactJson& json);

/// A value outside of an item: a key, an operand of an expression. Passwords are refused here.
tl::expected<AttributeValue, Problem> value_from_plain_json(const ExactJson& json);

/// The one canonical form, on one line: members sorted by their bytes, sets sorted (numbers by value, the others by their bytes).
std::string to_plain_json(const AttributeValue& value);
std::string to_plain_json(const Item& item);

}  // namespace davit::aws::dynamodb::format
