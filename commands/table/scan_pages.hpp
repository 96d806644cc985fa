// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "aws/dynamodb/client.hpp"
#include "commands/table/patience.hpp"

namespace CLI {
class App;
}

namespace davit::commands::table {

struct ScanPace {
  int segments = 1;                                         ///< parts of the table that are read at a time
  std::chrono::milliseconds patience = k_default_patience;  ///< give up when the table gave nothing for so long
};

/// Reads a whole table or index, each page handed over as it comes. An error of `take` ends it.
Status scan_pages(aws::dynamodb::Client& client, const aws::dynamodb::ScanRequest& request, const ScanPace& pace,
                  const std::function<Status(aws::dynamodb::Page)>& take);

/// The flags of the commands that read a whole table.
struct PaceFlags {
  int segments = 0;
  std::string timeout = "1m";
};
void add_pace_flags(CLI::App& command, PaceFlags& flags);

/// Without --segments, as many as make a scan of that size fast without troubling a small table. Usage error of a wrong duration.
Result<ScanPace> pace_of(const PaceFlags& flags, std::int64_t table_size_bytes);

}  // namespace davit::commands::table
