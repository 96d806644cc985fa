// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/dynamodb/client.hpp"
#include "commands/workflow/smoke/target.hpp"

namespace davit::commands::workflow::smoke {

/// Makes the call on the table of that physical name. The answer's body is the item, nothing where there is none, or the list of items of a
/// query. Usage error for a key or item that DynamoDB could not hold; errors of the service as its client gives them.
Result<Answer> call_item(aws::dynamodb::Client& client, const std::string& table, const ItemCall& call);

}  // namespace davit::commands::workflow::smoke
