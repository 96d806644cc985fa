// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "aws/core/json.hpp"
#include "aws/dynamodb/attribute_value.hpp"

namespace davit::aws::dynamodb {

/// Levels of nesting that an attribute may have, itself the first.
constexpr int k_max_nesting = 32;

/// Why DynamoDB would refuse a document, in its own words.
struct WireError {
  enum class Kind {
    serialization,  ///< SerializationException: a member has the wrong JSON type
    validation,     ///< ValidationException: the types fit, the value does not
  };
  Kind kind = Kind::validation;
  std::string message;
  /// As those operations say it whose values another layer of the service checks, where that differs; empty where it does not.
  std::string newer_message;
  std::string path;  ///< document path of the offending value, such as `tags[2].name`; empty when it is the whole
};

template <typename T>
using WireResult = tl::expected<T, WireError>;

/// The value of `{"S": "..."}` and its like. A member that DynamoDB does not know, or that is null, is passed over, as the service does.
/// Sets and numbers are normalised. `path` begins the path of an error.
WireResult<AttributeValue> attribute_value_from_json(const Json& json, std::string path = {});

/// An object of attribute values.
WireResult<Item> item_from_json(const Json& json);

/// The same of an object whose values have been found to make no serialization error.
WireResult<Item> checked_item_from_json(const Json& json);

/// DynamoDB-JSON text of one item. A text that is no JSON is a serialization error.
WireResult<Item> parse_item(std::string_view text);

/// The serialization error that the value's JSON types alone make, if they make one: the service looks for these in the whole request
/// before it validates any of it. What is nested too deeply is left to the validation.
std::optional<std::string> serialization_error_of(const Json& attribute_value);

/// A boolean, or one of the words that the service takes for it (true, yes, 1, false, no, 0, in any case); nothing for all else.
std::optional<bool> boolean_of(const Json& json);

/// Compact DynamoDB-JSON, members in the order of their names.
std::string to_json_text(const AttributeValue& value);
std::string to_json_text(const Item& item);
void append_json(std::string& out, const AttributeValue& value);
void append_json(std::string& out, const Item& item);

/// A JSON string literal with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace davit::aws::dynamodb
