// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "aws/dynamodb/client.hpp"

namespace davit::commands::table {

/// Reads a whole table or index, `segments` parts of it at a time, each page handed over as it comes. An error of `take` ends it.
Status scan_pages(aws::dynamodb::Client& client, const aws::dynamodb::ScanRequest& request, int segments,
                  const std::function<Status(aws::dynamodb::Page)>& take);

/// How many segments make a scan of that size fast without troubling a small table.
int segments_for(std::int64_t size_bytes);

}  // namespace davit::commands::table
