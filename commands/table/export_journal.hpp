// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/csv_items.hpp"
#include "aws/dynamodb/segmented_scan.hpp"
#include "commands/table/run_file.hpp"

namespace davit::commands::table {

/// How far an export came: what a later run needs to go on where this one was.
struct ExportProgress {
  std::map<std::string, std::string> subject;  ///< what is exported, and how; "table", "format", ...
  std::vector<aws::dynamodb::ScanPosition> positions;
  std::vector<SortedRun> runs;  ///< the items so far, in the part file
  std::vector<aws::dynamodb::format::CsvColumn> columns;
  std::int64_t items = 0;
  std::uint64_t bytes_received = 0;
  double consumed_capacity = 0;
};

/// The journal of the export to one file, and the part file that holds its items until they are all there. Both lie in `.davit/journal/`,
/// are made when the first progress is kept, and go when the export is done.
class ExportJournal
{
public:
  /// `folder` is `.davit/journal`, made when it is needed; `out` the file of the export.
  ExportJournal(std::filesystem::path folder, const std::filesystem::path& out);

  /// What an earlier run kept, if anything. A failed error when it cannot be understood.
  [[nodiscard]] Result<std::optional<ExportProgress>> load() const;

  Status save(const ExportProgress& progress) const;

  /// The part file, with these runs in it.
  [[nodiscard]] Result<RunFile> open_part(std::vector<SortedRun> runs) const;

  [[nodiscard]] bool exists() const { return std::filesystem::exists(m_journal); }

  /// Forgets the earlier run. A file that cannot be removed is left for the next one to replace.
  void remove() const;

private:
  std::filesystem::path m_journal;
  std::filesystem::path m_part;
};

/// Usage error that says in what the two differ.
Status check_same_subject(const ExportProgress& earlier, const std::map<std::string, std::string>& subject);

}  // namespace davit::commands::table
