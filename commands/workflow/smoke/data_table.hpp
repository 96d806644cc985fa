// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::commands::workflow::smoke {

/// The rows of a CSV file (RFC 4180) whose first line has the names: an object each. A field that is not quoted and reads as a number of
/// JSON, true, false or null is one; every other one is a text. Usage error, with its line, for a row of another length, a quote that is
/// not closed, and a name that is empty or there twice.
Result<std::vector<OrderedJson>> read_csv(std::string_view text, std::string_view name);

/// What tells the steps of a table apart, behind their name: "a=1, b=x".
std::string row_text(const OrderedJson& row);

}  // namespace davit::commands::workflow::smoke
