// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "aws/dynamodb/client.hpp"
#include "cli/command.hpp"
#include "commands/table/patience.hpp"
#include "commands/table/scan_pages.hpp"

namespace davit::commands::table {

struct EmptyRequest {
  std::string table;  ///< physical name
  aws::dynamodb::KeySchema key;
  std::string filter;  ///< which items go; empty: all
  aws::dynamodb::Placeholders placeholders;
  int concurrency = 8;
  ScanPace pace;
};

/// counted = deleted + remaining, unless others wrote meanwhile.
struct EmptyResponse {
  std::int64_t counted = 0;  ///< there were to delete, when it began
  std::int64_t deleted = 0;
  std::int64_t remaining = 0;
  double seconds = 0;
  double consumed_capacity = 0;
  std::optional<Error> failure = std::nullopt;  ///< why there is any remaining
};

/// How many items there are to delete, counted by a scan.
Result<std::int64_t> count_to_delete(aws::dynamodb::Client& client, const EmptyRequest& request,
                                     const std::function<void(std::int64_t)>& progress);

/// Deletes them: scans for their keys and deletes these in batches, each of them acknowledged. What was put under a key meanwhile goes with
/// it. Done again, it deletes what is left. An interrupt lets the batches under way finish.
EmptyResponse empty(aws::dynamodb::Client& client, const EmptyRequest& request, std::int64_t counted,
                    const std::function<void(std::int64_t)>& progress);

/// `davit table empty`.
void add_empty(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
