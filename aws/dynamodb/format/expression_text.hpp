// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/dynamodb/requests.hpp"

/// Expressions as people type them. The service takes neither literal values nor names that are reserved words or have other characters
/// than letters, digits and underscores; here both simply stand in the text:
///
///     status = "open" AND size < 5 AND info.`first name` IN ('Ada', 'Bob')
///
/// A value is plain JSON (a string also in single quotes, doubled inside), a name in backticks may be anything. What the service takes
/// already, #names and :values included, stays as it is, and what neither can read is left to the service to judge.
namespace davit::aws::dynamodb::format {

enum class ExpressionKind {
  condition,   ///< also filters
  projection,  ///< names only: no values, and `true` is a name
  update,      ///< knows arithmetic: `a-b` is a difference, which elsewhere is a name
};

/// The expression for the service, its literals and names moved into `placeholders`, whose own are kept. An empty one stays empty. Usage
/// error with the column of a literal that cannot be read; `flag` is what the error calls the text.
Result<std::string> expand_expression(std::string_view text, ExpressionKind kind, std::string_view flag, Placeholders& placeholders);

}  // namespace davit::aws::dynamodb::format
