// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "aws/local/dynamodb/expression/ast.hpp"
#include "aws/local/dynamodb/expression/parser.hpp"

namespace davit::aws::local::dynamodb {

/// What the expressions of one request may refer to, and what they did refer to.
struct Placeholders {
  std::map<std::string, std::string, std::less<>> names;      ///< "#n" to the attribute name
  std::map<std::string, AttributeValue, std::less<>> values;  ///< ":v" to the value
  std::set<std::string, std::less<>> used_names;
  std::set<std::string, std::less<>> used_values;

  /// "#a, #b": defined and never referred to; empty when there is none.
  [[nodiscard]] std::string unused_names() const;
  [[nodiscard]] std::string unused_values() const;
};

// Resolve the placeholders of a parsed expression and refuse what the service refuses before it looks at a table: reserved words,
// unknown functions, undefined placeholders, wrong operands, overlapping paths. Where several apply, the service's order decides.
Parsed<void> check(ConditionExpression& expression, Placeholders& placeholders);
Parsed<void> check(UpdateExpression& expression, Placeholders& placeholders);
Parsed<void> check(ProjectionExpression& expression, Placeholders& placeholders);

/// Why these two paths cannot stand in one list of targets, if they cannot.
std::optional<std::string> overlap_of(const Path& one, const Path& two);

}  // namespace davit::aws::local::dynamodb
