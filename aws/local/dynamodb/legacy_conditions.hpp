// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/key_conditions.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb {

// The parameters that expressions have taken the place of
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html), read into the same trees.
// An error is a complaint.

/// Expected with its ConditionalOperator; empty when there is none.
tl::expected<std::optional<ConditionExpression>, std::string> read_expected(const Json& input);

/// QueryFilter or ScanFilter with its ConditionalOperator; empty when there is none.
tl::expected<std::optional<ConditionExpression>, std::string> read_filter(const Json& input, std::string_view member);

tl::expected<KeyConditions, std::string> read_key_conditions(const Json& conditions);

/// AttributeUpdates as an update; empty when there are none.
tl::expected<std::optional<UpdateExpression>, std::string> read_attribute_updates(const Json& input);

/// AttributesToGet as a projection; empty when there is none.
tl::expected<std::optional<ProjectionExpression>, std::string> read_attributes_to_get(const Json& input);

/// The expressions of a request that reads by key, from whichever parameter it has.
tl::expected<Expressions, std::string> read_projection(const Json& input, ValuePlaceholders values);

}  // namespace davit::aws::local::dynamodb
