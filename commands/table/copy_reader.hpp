// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "aws/dynamodb/segmented_scan.hpp"

namespace davit::commands::table {

/// A page of every segment of a scan that is not at its end.
struct ScanRound {
  std::vector<aws::dynamodb::Item> items;
  std::vector<aws::dynamodb::ScanPosition> after;  ///< where the segments are once these items are dealt with
  double consumed_capacity = 0;
};

/// Reads one round, all its pages at once. A page that fails for a while is asked for again until nothing came for as long as the patience.
Result<ScanRound> read_round(aws::dynamodb::Client& client, const aws::dynamodb::ScanRequest& request,
                             const std::vector<aws::dynamodb::ScanPosition>& from, std::chrono::milliseconds patience);

/// What the table has under the keys of these items, by the DynamoDB-JSON text of the key.
Result<std::map<std::string, aws::dynamodb::Item>> read_existing(aws::dynamodb::Client& client, const std::string& table,
                                                                 const aws::dynamodb::KeySchema& key,
                                                                 const std::vector<aws::dynamodb::Item>& items,
                                                                 std::chrono::milliseconds patience);

}  // namespace davit::commands::table
