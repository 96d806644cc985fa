// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "aws/local/dynamodb/expression/ast.hpp"

namespace davit::aws::local::dynamodb {

/// The error is the service's text behind "Invalid ...Expression: ".
template <typename T>
using Parsed = tl::expected<T, std::string>;

// The grammars of
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html.
// Placeholders stay unresolved (check.hpp resolves them). Size and depth are bounded, so that no input exhausts the stack.
Parsed<ConditionExpression> parse_condition(std::string_view text);
Parsed<UpdateExpression> parse_update(std::string_view text);
Parsed<ProjectionExpression> parse_projection(std::string_view text);

}  // namespace davit::aws::local::dynamodb
