// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_text.hpp"

#include <algorithm>

#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/format/typed_json.hpp"

namespace davit::aws::dynamodb::format {
namespace {

Item without(Item item, const std::vector<std::string>& hidden)
{
  for (const auto& name : hidden) {
    item.erase(name);
  }
  return item;
}

void append_shown(std::string& out, const Item& item, ItemForm::Notation notation, CsvColumnNumbers& columns)
{
  switch (notation) {
    case ItemForm::Notation::plain:
      out += to_plain_json(item);
      return;
    case ItemForm::Notation::typed:
      out += to_typed_json(item);
      return;
    case ItemForm::Notation::cells:
      for (const auto& [name, value] : item) {
        append_cell(out, columns.number_of(name, value.type()), csv_cell_of(value));
      }
      return;
  }
}

/// The bytes by which key values of one type sort as DynamoDB sorts them.
std::string sort_bytes(const AttributeValue& value)
{
  if (const auto* number = value.get_if<Number>()) {
    return number->sort_key();
  }
  const auto* binary = value.get_if<Binary>();
  const auto* text = value.get_if<std::string>();
  return binary != nullptr ? binary->bytes : text != nullptr ? *text : std::string();
}

}  // namespace

void append_text(std::string& out, const Item& item, const ItemForm& form, CsvColumnNumbers& columns)
{
  if (form.hidden.empty()) {
    return append_shown(out, item, form.notation, columns);
  }
  append_shown(out, without(item, form.hidden), form.notation, columns);
}

void append_order(std::string& out, std::string_view sort_bytes)
{
  if (sort_bytes.find('\0') == std::string_view::npos) {
    out += sort_bytes;
  } else {
    for (const char c : sort_bytes) {
      out += c;
      out += c == '\0' ? "\xFF" : "";
    }
  }
  out += std::string_view("\0\1", 2);
}

void append_order(std::string& out, const Item& item, const std::vector<std::string>& order_by)
{
  for (const auto& name : order_by) {
    const auto found = item.find(name);
    append_order(out, found == item.end() ? std::string() : sort_bytes(found->second));
  }
}

}  // namespace davit::aws::dynamodb::format
