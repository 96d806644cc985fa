// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "aws/core/json.hpp"
#include "aws/logs/client.hpp"

namespace davit::commands::workflow::logs {

/// Queries that davit brings along, by name: what operators of a function ask most.
const std::map<std::string, std::string>& built_in_queries();

/// The text of a query: the one of that name, of davit.yaml first, else the words themselves when they are more than a name. Usage error,
/// with the nearest name, for a name that nobody knows.
Result<std::string> find_query(const std::string& words, const std::map<std::string, std::string>& project_queries);

struct InsightsRequest {
  aws::logs::StartQueryInput query;
  std::chrono::milliseconds limit{};  ///< how long to wait for the end
};

/// Starts the query and waits for its end. A query that is not over when a signal or the limit comes is stopped, for it is billed by what
/// it scans.
Result<aws::logs::QueryResults> run_query(aws::logs::Client& client, const InsightsRequest& request,
                                          const std::function<void(const aws::logs::QueryResults&)>& watch);

/// A row as an object. Insights has texts alone; @ptr, which leads to the event and means nothing to people, is left out.
OrderedJson row_document(const std::vector<aws::logs::QueryField>& row);

}  // namespace davit::commands::workflow::logs
