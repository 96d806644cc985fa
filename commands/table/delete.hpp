// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "commands/table/readiness.hpp"

namespace davit::commands::table {

struct DeleteRequest {
  std::vector<std::string> tables;  ///< physical names; one that is not there is skipped
  std::chrono::milliseconds limit = k_default_wait;
};

/// What there is to delete; sends no write. A table that is protected from deletion is a conflict.
Result<cli::Plan> plan_delete(const DeleteRequest& request, aws::dynamodb::Client& client);

/// Deletes the tables and waits until they are gone. The names of those that were there.
Result<std::vector<std::string>> delete_tables(const DeleteRequest& request, aws::dynamodb::Client& client,
                                               const std::function<void(std::string_view)>& progress);

void add_delete(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
