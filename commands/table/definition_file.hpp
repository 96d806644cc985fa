// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/dynamodb/table.hpp"

namespace davit::commands::table {

/// The table that a description describes: what `davit table describe` prints as JSON or YAML, or the AWS CLI's `describe-table` (and the
/// input of its `create-table`). What only says how the table is at the moment is passed over. Usage error with every place that is wrong;
/// `name` is what it calls the file.
Result<aws::dynamodb::TableDefinition> read_definition(std::string_view text, const std::string& name);

}  // namespace davit::commands::table
