// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/dynamodb/segmented_scan.hpp"
#include "cli/command.hpp"
#include "commands/table/table_place.hpp"

namespace davit::commands::table {

enum class CopyMode {
  put,     ///< writes every item, over what is there
  insert,  ///< writes items whose key is not there; another item with that key is a reject
  same,    ///< reads what is there first and writes only what differs
};

struct CopyRequest {
  CopyMode mode = CopyMode::put;
  std::string filter;  ///< which items are copied; empty: all
  aws::dynamodb::Placeholders placeholders;
  int segments = 1;
  int concurrency = 8;
  std::chrono::milliseconds patience = aws::dynamodb::k_default_patience;
  std::filesystem::path journal;
  std::filesystem::path rejected_file;
};

/// read = written + same + rejected + remaining, always; of the whole copy, also when it was resumed.
struct CopyCounts {
  std::int64_t read = 0;
  std::int64_t written = 0;
  std::int64_t same = 0;
  std::int64_t rejected = 0;
  double read_capacity = 0;
  double write_capacity = 0;

  [[nodiscard]] std::int64_t remaining() const { return read - written - same - rejected; }
};

/// How far a copy has come: each segment of the source up to where all of its items are dealt with.
struct CopyState {
  std::vector<aws::dynamodb::ScanPosition> positions;
  CopyCounts counts;

  [[nodiscard]] bool is_ended() const;
};

struct CopyResponse {
  CopyCounts counts;
  double seconds = 0;
  std::optional<Error> failure = std::nullopt;  ///< why it is not complete
};

/// Copies in rounds: a page of each segment is read, its items are brought into the target, and the journal takes the state. A copy that
/// was killed goes on from its last round when it is given that state: the items of the round under way may be written twice, and none is
/// left out. What the target refuses is rejected, with its reason in the rejected file. An interrupt ends it behind whole batches.
CopyResponse copy(TablePlace& source, TablePlace& target, const CopyRequest& request, CopyState state,
                  const std::function<void(const CopyCounts&)>& progress);

/// `davit table copy`.
void add_copy(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
