// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "aws/dynamodb/patience.hpp"

namespace davit::aws::dynamodb {

/// How far one segment of a scan was read.
struct ScanPosition {
  Item start_key;         ///< of its next page; empty at its beginning
  bool is_ended = false;  ///< its last page was taken
};

/// What becomes of the answers of a scan.
struct ScanTaker {
  /// Makes sense of an answer and says where the next page begins; an empty key is the segment's end. An unavailable error asks for the
  /// page once more.
  std::function<Result<Item>(const std::string& body)> read;
  /// Keeps what was read last: the positions count it as taken already. Its error ends the scan.
  std::function<Status()> take;
};

/// Reads a whole table or index in as many segments as there are positions, each from its position on and with at most one call under way;
/// the positions advance. A page that fails for a while is asked for again until nothing came for as long as `patience`. Interruption is a
/// cancelled error.
Status scan_segments(Client& client, const ScanRequest& request, std::vector<ScanPosition>& positions, std::chrono::milliseconds patience,
                     const ScanTaker& taker);

}  // namespace davit::aws::dynamodb
