// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/dynamodb/transaction.hpp"
#include "cli/context.hpp"
#include "commands/item/action_file.hpp"

namespace davit::commands::item {

/// "put {"order_id":"o-17"} into orders": an action for people.
std::string shown_action(const FileAction& action);

/// What was written: the token, and a line an action.
cli::Outcome print_written(const ActionFile& file, const aws::dynamodb::TransactionOutcome& outcome);

/// The items of a file of gets, in its order, exactly; null for what is not there.
Result<cli::Outcome> print_items(cli::Context& context, const ActionFile& file, const aws::dynamodb::TransactionOutcome& outcome);

/// Each action that was in the way, with its place in the file; the failure names them too.
Result<cli::Outcome> print_cancellation(cli::Context& context, const ActionFile& file, const aws::dynamodb::TransactionOutcome& outcome);

}  // namespace davit::commands::item
