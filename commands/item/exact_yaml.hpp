// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/exact_json.hpp"

namespace davit::commands::item {

/// A document of JSON or YAML with its numbers as they were written and the place of each value. JSON is what its name ends in .json or its
/// text begins as; everything else is YAML. Usage error with every place.
Result<aws::dynamodb::format::ExactJson> read_exactly(std::string_view text, const std::string& name);

}  // namespace davit::commands::item
