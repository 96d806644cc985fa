// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/logs/insights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "aws/core/interrupt.hpp"
#include "aws/core/spelling.hpp"
#include "commands/workflow/pause.hpp"

namespace davit::commands::workflow::logs {
namespace {

using aws::logs::QueryResults;
using std::chrono::milliseconds;

bool is_name(const std::string& words)
{
  return std::all_of(words.begin(), words.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

bool is_over(const std::string& status)
{
  return status != "Scheduled" && status != "Running" && status != "Unknown";
}

Result<QueryResults> judged(QueryResults results)
{
  if (results.status == "Complete") {
    return results;
  }
  Error error = failed_error(fmt::format("the query ended as {}", results.status));
  if (results.status == "Timeout") {
    error.hint = "Insights gives a query an hour; ask for a shorter time by --since and --until";
  }
  return fail(std::move(error));
}

/// The error of the wait is what counts; a query that cannot be stopped ends by itself.
tl::unexpected<Error> stopped(aws::logs::Client& client, const std::string& id, Error error)
{
  const FinishScope finishing;
  static_cast<void>(client.stop_query(id));
  return fail(std::move(error));
}

}  // namespace

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html names the fields of Lambda's logs.
const std::map<std::string, std::string>& built_in_queries()
{
  static const std::map<std::string, std::string> queries{
      {"errors",
       "fields @timestamp, @requestId, @message | filter @message like /\\[ERROR\\]|\\tERROR\\t|Task timed out|Runtime exited|\"level\":\\s*\"(ERROR|CRITICAL)\"/ "
       "| sort @timestamp desc | limit 100"},
      {"cold-starts",
       "filter @type = \"REPORT\" | stats count(*) as invocations, count(@initDuration) as coldStarts, avg(@initDuration) as averageInitMs, "
       "max(@initDuration) as longestInitMs by bin(1h) as hour | sort hour desc"},
      {"slowest",
       "filter @type = \"REPORT\" | fields @timestamp, @requestId, @duration, @billedDuration, @initDuration | sort @duration desc | limit 25"},
      {"latency",
       "filter @type = \"REPORT\" | stats count(*) as invocations, pct(@duration, 50) as p50, pct(@duration, 95) as p95, pct(@duration, 99) as "
       "p99, max(@duration) as longest by bin(5m) as time | sort time desc"},
      {"memory",
       "filter @type = \"REPORT\" | stats max(@memorySize / 1000 / 1000) as provisionedMb, min(@maxMemoryUsed / 1000 / 1000) as smallestMb, "
       "avg(@maxMemoryUsed / 1000 / 1000) as averageMb, max(@maxMemoryUsed / 1000 / 1000) as largestMb"},
      {"timeouts", "fields @timestamp, @requestId, @message | filter @message like /Task timed out/ | sort @timestamp desc | limit 100"}};
  return queries;
}

Result<std::string> find_query(const std::string& words, const std::map<std::string, std::string>& project_queries)
{
  if (!is_name(words)) {
    return words;
  }
  std::vector<std::string> names;
  for (const auto* queries : {&project_queries, &built_in_queries()}) {
    if (const auto found = queries->find(words); found != queries->end()) {
      return found->second;
    }
    for (const auto& [name, text] : *queries) {
      names.push_back(name);
    }
  }
  const auto near = nearest(words, names);
  return fail(usage_error(fmt::format("there is no query of the name '{}'", words),
                          near ? fmt::format("did you mean '{}'?", *near) : fmt::format("the names are {}", fmt::join(names, ", "))));
}

Result<QueryResults> run_query(aws::logs::Client& client, const InsightsRequest& request,
                               const std::function<void(const QueryResults&)>& watch)
{
  constexpr milliseconds k_longest_wait{2'000};
  DAVIT_TRY_ASSIGN(const std::string id, client.start_query(request.query));
  const auto end = std::chrono::steady_clock::now() + request.limit;
  for (milliseconds wait{100};; wait = std::min(wait * 3 / 2, k_longest_wait)) {
    auto results = client.get_query_results(id);
    if (!results) {
      return stopped(client, id, std::move(results).error());
    }
    if (is_over(results->status)) {
      return judged(std::move(*results));
    }
    watch(*results);
    if (std::chrono::steady_clock::now() >= end) {
      return stopped(client, id, {.kind = ErrorKind::unavailable, .message = "the query was not over in time, and was stopped"});
    }
    if (!pause(wait)) {
      return stopped(client, id, {.kind = ErrorKind::cancelled, .message = "interrupted; the query was stopped"});
    }
  }
}

OrderedJson row_document(const std::vector<aws::logs::QueryField>& row)
{
  OrderedJson out = OrderedJson::object();
  for (const auto& field : row) {
    if (field.name != "@ptr") {
      out[field.name] = field.value;
    }
  }
  return out;
}

}  // namespace davit::commands::workflow::logs
