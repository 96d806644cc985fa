// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/dynamodb/format/page_text.hpp"
#include "cli/context.hpp"
#include "cli/output/document.hpp"

namespace davit::commands::item {

/// What a query or a scan prints of its pages.
struct Printing {
  std::int64_t limit = 0;           ///< of the items printed; 0 is all of them
  bool only_count = false;          ///< print none, only how many they are
  std::vector<std::string> hidden;  ///< attributes that were read only for the start key of what follows
  /// The attributes of the start key, asked when the limit falls into a page.
  std::function<Result<std::vector<std::string>>()> key_names;
};

/// Prints pages as they come, whatever their number; only a table needs all of its items first.
class SelectedPages
{
public:
  SelectedPages(cli::Context& context, Printing printing);

  /// Makes sense of an answer of Query or Scan: the key behind which the next page begins, empty at the end. Nothing is printed yet.
  Result<aws::dynamodb::Item> read(const std::string& operation, const std::string& body);

  /// Prints what was read last, up to the limit.
  Status take();

  /// Whether no further page is wanted.
  [[nodiscard]] bool is_full() const { return m_printing.limit > 0 && m_count == m_printing.limit; }

  /// How many items are worth evaluating for the next page; nothing for a whole page. Reading a megabyte to print one item costs 128 units
  /// instead of one; of a filter nobody knows how many it drops, so that it is asked for more from page to page.
  [[nodiscard]] std::optional<int> wanted(bool is_filtered) const;

  /// The end of the document, with the start key of what follows where the limit cut it off.
  Result<cli::Outcome> finish();

private:
  Status print(const aws::dynamodb::Item& item);
  Status print_text(std::string_view text);
  Status cut_behind(const aws::dynamodb::Item& item);
  [[nodiscard]] bool is_document() const;
  [[nodiscard]] std::string totals() const;
  Status say_what_follows();

  cli::Context& m_context;
  Printing m_printing;
  cli::Format m_format;
  bool m_has_model;  ///< whether items are needed as such, not only their text
  aws::dynamodb::format::CsvColumnNumbers m_no_columns;
  aws::dynamodb::format::PageText m_text;
  aws::dynamodb::Page m_page;
  int m_pages = 0;
  std::int64_t m_count = 0;
  std::int64_t m_scanned = 0;
  double m_consumed_capacity = 0;
  aws::dynamodb::Item m_next_key;  ///< where to go on behind the limit
  std::vector<aws::dynamodb::Item> m_items;
};

}  // namespace davit::commands::item
