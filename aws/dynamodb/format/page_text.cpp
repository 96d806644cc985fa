// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/page_text.hpp"

#include <nlohmann/json.hpp>

namespace davit::aws::dynamodb::format {
namespace {

/// Stands before the value of the member "Items" afterwards.
bool find_items(JsonCursor& json)
{
  JsonString name;
  if (!json.take('{')) {
    return false;
  }
  do {
    if (!json.string(name) || !json.take(':')) {
      return false;
    }
    if (name.raw == "Items") {
      return json.peek() == '[';
    }
    if (!json.skip()) {
      return false;
    }
  } while (json.take(','));
  return false;
}

/// Whether the answer, its items cut out, still has them where they were cut out: what looked like them was no part of a string then.
bool has_no_items_left(const Json& answer)
{
  const auto items = answer.find("Items");
  return items != answer.end() && items->is_array() && items->empty();
}

}  // namespace

TextItem PageText::item(std::size_t index) const
{
  const ItemExtent& extent = m_items[index];
  const std::string_view text = m_text;
  return {.text = text.substr(extent.begin, extent.text_end - extent.begin),
          .order = text.substr(extent.text_end, extent.order_end - extent.text_end)};
}

Result<Page> PageText::read(const std::string& operation, const std::string& body)
{
  m_text.clear();
  m_items.clear();
  if (auto page = read_fast(operation, body)) {
    return std::move(*page);
  }
  m_text.clear();
  m_items.clear();
  return read_exactly(operation, body);
}

/// Everything but the items is small, and read as ever.
std::optional<Page> PageText::read_fast(const std::string& operation, const std::string& body)
{
  JsonCursor json{body};
  if (!find_items(json)) {
    return std::nullopt;
  }
  const auto begin = static_cast<std::size_t>(json.position() - body.data());
  if (!m_transcoder.array(json, m_text, m_items)) {
    return std::nullopt;
  }
  const auto end = static_cast<std::size_t>(json.position() - body.data());
  const auto answer = answer_of(operation, body.substr(0, begin) + "[]" + body.substr(end));
  if (!answer || !has_no_items_left(*answer)) {
    return std::nullopt;
  }
  auto page = page_from_json(*answer);
  const bool is_whole = page && (m_items.empty() || page->count == static_cast<std::int64_t>(m_items.size()));
  return is_whole ? std::optional(std::move(*page)) : std::nullopt;
}

Result<Page> PageText::read_exactly(const std::string& operation, const std::string& body)
{
  DAVIT_TRY_ASSIGN(const Json answer, answer_of(operation, body));
  DAVIT_TRY_ASSIGN(Page page, page_from_json(answer));
  for (const auto& item : page.items) {
    ItemExtent extent{.begin = m_text.size()};
    append_text(m_text, item, m_form, m_columns);
    extent.text_end = m_text.size();
    append_order(m_text, item, m_form.order_by);
    extent.order_end = m_text.size();
    m_items.push_back(extent);
  }
  page.items.clear();
  return page;
}

}  // namespace davit::aws::dynamodb::format
