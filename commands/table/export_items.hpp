// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "aws/dynamodb/format/item_text.hpp"
#include "commands/table/export_journal.hpp"
#include "commands/table/export_output.hpp"
#include "commands/table/scan_pages.hpp"

namespace davit::commands::table {

enum class ExportOrder {
  by_key,    ///< the same items always make the same bytes
  as_found,  ///< as they come from the table
};

struct ExportRequest {
  aws::dynamodb::ScanRequest scan;
  aws::dynamodb::format::FileFormat format = aws::dynamodb::format::FileFormat::jsonl;
  aws::dynamodb::format::ItemForm form;  ///< of the format; its order is that of the table's keys, or none
  ExportOrder order = ExportOrder::by_key;
  ScanPace pace;
  /// Keeps the progress, where the export is to survive a kill.
  std::optional<ExportJournal> journal = std::nullopt;
  bool resume = false;
  std::map<std::string, std::string> subject = {};  ///< what a journal must be of to go on with it
};

struct ExportResponse {
  std::int64_t items = 0;          ///< written
  std::int64_t items_resumed = 0;  ///< of an earlier run
  std::uint64_t bytes = 0;         ///< written
  std::uint64_t bytes_received = 0;
  double consumed_capacity = 0;
};

/// What is told while it works: the items, and either the bytes received so far or, while the file is written, none.
struct ExportReport {
  std::int64_t items = 0;
  std::optional<std::uint64_t> bytes_received;
};

/// Reads the table and writes the output, which is opened when there is something to write. In flat memory whatever the table's size.
/// Interruption is a cancelled error; a journal then knows how to go on.
Result<ExportResponse> export_items(aws::dynamodb::Client& client, const ExportRequest& request,
                                    const std::function<Result<ExportOutput>()>& open_output,
                                    const std::function<void(const ExportReport&)>& report);

}  // namespace davit::commands::table
