// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/format/item_text.hpp"
#include "aws/dynamodb/format/json_cursor.hpp"

namespace davit::aws::dynamodb::format {

/// An item's text and the bytes by which it sorts, behind one another in a buffer.
struct ItemExtent {
  std::size_t begin = 0;
  std::size_t text_end = 0;
  std::size_t order_end = 0;
};

/// Writes the items of an answer in another notation straight from its bytes: an item of the API's own model would cost several times as
/// much as everything else that an export does. Takes only what the service writes every day, each value well-formed and of one type;
/// for all else it gives up, and the slower way through the model decides, and words the error. Where it does not give up, the result is
/// the one of append_text() and append_order().
class ItemTranscoder
{
public:
  ItemTranscoder(const ItemForm& form, CsvColumnNumbers& columns) : m_form(form), m_columns(columns) {}

  /// Reads an array of items. False: it gave up, and what is in the buffers is worth nothing.
  bool array(JsonCursor& json, std::string& out, std::vector<ItemExtent>& items);

private:
  /// A member of an object in the output, by its name as the service has it.
  struct Member {
    std::string_view name;
    std::size_t begin;
    std::size_t end;
  };
  class Object;

  bool item();
  bool attribute(Object& object);
  bool cell(std::string_view name);
  bool member(Object& object, int depth);
  bool value(int depth);
  bool typed_value(AttributeType type, int depth);
  bool payload(AttributeType type, int depth);
  bool string();
  bool number();
  bool binary();
  bool word(std::string_view word, std::string_view text);
  bool list(int depth);
  bool map(int depth);
  bool set(AttributeType type);
  bool add_to_set(AttributeValue& set);

  /// The string as the service means it; it holds until the end of the item.
  bool text(std::string_view& out);
  bool meaning_of(const JsonString& written, std::string_view& out);
  [[nodiscard]] bool is_hidden(std::string_view name) const;
  bool note_order(std::string_view name);

  const ItemForm& m_form;
  CsvColumnNumbers& m_columns;
  JsonCursor* m_json = nullptr;
  std::string* m_out = nullptr;
  bool m_is_typed = false;
  std::vector<Member> m_members;          ///< of the objects that are open, the outer ones first
  std::string m_reordered;                ///< one object while its members are sorted
  std::deque<std::string> m_unescaped;    ///< what the views of an item's escaped strings point to
  std::vector<std::string> m_orders;      ///< of the item's attributes to sort by
  std::optional<AttributeType> m_scalar;  ///< the type of the value read last, where it can be a key's
  std::string_view m_scalar_text;
};

}  // namespace davit::aws::dynamodb::format
