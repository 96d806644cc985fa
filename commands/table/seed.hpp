// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "cli/command.hpp"
#include "commands/table/batch_writer.hpp"
#include "commands/table/judged_items.hpp"

namespace davit::commands::table {

enum class SeedMode {
  put,     ///< writes every item, over what is there
  insert,  ///< writes items whose key is not there; another item with that key is a reject
  same,    ///< reads what is there first and writes only what differs
};

struct SeedRequest {
  std::string table;  ///< how messages and the report call it
  std::string physical_name;
  aws::dynamodb::format::TableKeys keys;
  std::vector<ItemFile> files;
  std::optional<aws::dynamodb::format::FileFormat> format;
  SeedMode mode = SeedMode::put;
  bool skip_invalid = false;  ///< write the good items although others are refused
  bool dry_run = false;       ///< judge (and with SeedMode::same compare), but write nothing: `remaining` is what would be written
  int concurrency = 8;
  std::chrono::milliseconds patience = k_default_patience;  ///< give up when the table took nothing for so long
  std::optional<double> rate = std::nullopt;                ///< write units a second, at most
  bool resume = false;                                      ///< go on by the journal; without one, read what is there
  std::string endpoint = {};                                ///< URL, which a journal belongs to
  std::filesystem::path journal_file = {};                  ///< none is kept when empty
  std::filesystem::path rejected_file = {};
};

/// read = written + same + rejected + remaining, always; what an earlier run wrote, which this one resumes, is among the written.
struct SeedResponse {
  std::string table;
  std::string physical_name;
  std::int64_t read = 0;
  std::int64_t written = 0;
  std::int64_t resumed = 0;  ///< so many of the written, the earlier run wrote
  std::int64_t same = 0;
  std::int64_t rejected = 0;   ///< the reasons are in the rejected file
  std::int64_t remaining = 0;  ///< not dealt with, because something stopped the seed
  double seconds = 0;
  double consumed_capacity = 0;
  WriteLimits limits = {};                      ///< what it met
  std::optional<Error> failure = std::nullopt;  ///< why it is not all written or same
  std::vector<std::string> notes = {};          ///< what the user should know besides
};

/// Judges every item of every table first; what is refused stops all of it before the first write, unless skip_invalid. Then writes table
/// by table in batches, several under way at once. A `$password` is stored as a fresh hash; with SeedMode::same one that is stored already
/// is left alone. What stops the writing (an interrupt, throttling that does not end, missing rights) stops it behind whole batches and is
/// the failure of that response and of those after it. An error is only what keeps it from beginning: a file that cannot be read, a table
/// that is not there or has other keys, a journal that is of another seed or in use.
Result<std::vector<SeedResponse>> seed(const std::vector<SeedRequest>& requests, aws::dynamodb::Client& client,
                                       const std::function<void(std::string_view)>& progress);

OrderedJson to_json(const SeedResponse& response);

void add_seed(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
