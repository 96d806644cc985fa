// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/core/json.hpp"

namespace davit::commands::workflow::smoke {

/// Whether `actual` (nullptr: there is none) is what a suite expects. Expected is a literal, compared by type and value (numbers by
/// number), or an object of operators that must all hold: equals, matches (regular expression found in a text), contains (part of a text,
/// element of a list), exists, type, length, min, max, gt, lt, any_of, not. What is absent satisfies nothing that does not ask for it.
bool matches(const OrderedJson& expected, const OrderedJson* actual);

/// Whether an expected value is a set of operators: an object whose first member is one. Else it is a literal.
bool has_operators(const OrderedJson& expected);

/// What is wrong with an expected value before anything runs: an operator with an operand of the wrong type, a regular expression that is
/// none, a name that is nearly an operator's. Nothing when it is fine.
std::optional<std::string> complaint_about(const OrderedJson& expected);

/// What the first group of the regular expression matched in the text, or all that it matched where it has no group.
std::optional<std::string> first_match(const std::string& pattern, const std::string& text);

}  // namespace davit::commands::workflow::smoke
