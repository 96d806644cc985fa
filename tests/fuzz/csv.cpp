// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/csv_items.hpp"

#include "tests/fuzz/property.hpp"

using namespace davit::aws::dynamodb::format;
using davit::fuzz::require;

namespace {

std::optional<Record> read_back(const std::vector<CsvColumn>& columns, const Record& record)
{
  auto source = TextSource::of_text(csv_header(columns) + csv_line(columns, record.item), "again");
  const auto header = read_csv_row(source);
  require(header.has_value(), "a header that was written is a row");
  const auto read = csv_columns(*header);
  require(read.has_value() && *read == columns, "columns survive their header");
  const auto row = read_csv_row(source);
  require(row.has_value(), "a line that was written is a row");
  return row->cells.empty() ? std::nullopt : std::optional(record_from_csv(columns, *row));
}

}  // namespace

/// A header and its rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  auto source = TextSource::of_text(std::string(reinterpret_cast<const char*>(data), size), "input");
  const auto header = read_csv_row(source);
  if (!header || header->cells.empty()) {
    return 0;
  }
  const auto columns = csv_columns(*header);
  while (columns) {
    const auto row = read_csv_row(source);
    if (row && row->cells.empty()) {
      break;
    }
    const auto record = row ? record_from_csv(*columns, *row) : Record{};
    if (!row || !record.problems.empty() || !record.passwords.empty() || record.item.empty()) {
      continue;
    }
    const auto again = read_back(*columns, record);
    require(again && again->problems.empty() && again->item == record.item, "an item survives CSV");
  }
  return 0;
}
