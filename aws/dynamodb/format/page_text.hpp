// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/format/item_transcoder.hpp"
#include "aws/dynamodb/requests.hpp"

namespace davit::aws::dynamodb::format {

/// One item of a page. The views hold until the next page is read.
struct TextItem {
  std::string_view text;   ///< without an end of line
  std::string_view order;  ///< bytes by which it sorts; empty when the form has no order
};

/// Answers of Scan and Query, page by page, as the texts of their items.
class PageText
{
public:
  /// `columns` collects the columns of CSV and is needed for no other notation; it outlives this.
  PageText(ItemForm form, CsvColumnNumbers& columns) : m_form(std::move(form)), m_columns(columns), m_transcoder(m_form, columns) {}
  PageText(const PageText&) = delete;
  PageText& operator=(const PageText&) = delete;

  /// The page without its items, which items() has. Errors are those of answer_of() and page_from_json().
  Result<Page> read(const std::string& operation, const std::string& body);

  /// The page read last.
  [[nodiscard]] std::size_t size() const { return m_items.size(); }
  [[nodiscard]] TextItem item(std::size_t index) const;

private:
  /// Nothing where the answer is none of every day.
  std::optional<Page> read_fast(const std::string& operation, const std::string& body);
  Result<Page> read_exactly(const std::string& operation, const std::string& body);

  ItemForm m_form;
  CsvColumnNumbers& m_columns;
  ItemTranscoder m_transcoder;
  std::string m_text;
  std::vector<ItemExtent> m_items;
};

}  // namespace davit::aws::dynamodb::format
