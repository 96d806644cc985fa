// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/core/json.hpp"

namespace davit::commands::workflow::smoke {

/// Whether `actual` (nullptr: there is none) is what a suite expects. Expected is a literal, compared by value (numbers by number), or an
/// object of operators that must all hold: matches (regular expression found in a text), contains (part of a text, element of a list),
/// exists, type, length, min, max, any_of, not.
bool matches(const OrderedJson& expected, const OrderedJson* actual);

/// What is wrong with an expected value before anything runs: an operator with an operand of the wrong type, a regular expression that is
/// none. Nothing when it is fine.
std::optional<std::string> complaint_about(const OrderedJson& expected);

}  // namespace davit::commands::workflow::smoke
