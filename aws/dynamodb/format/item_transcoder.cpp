// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_transcoder.hpp"

#include <algorithm>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/format/csv.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

std::optional<AttributeType> type_of(std::string_view name)
{
  if (name.size() != 1) {
    return attribute_type_of(name);
  }
  switch (name.front()) {
    case 'S':
      return AttributeType::string;
    case 'N':
      return AttributeType::number;
    case 'B':
      return AttributeType::binary;
    case 'L':
      return AttributeType::list;
    case 'M':
      return AttributeType::map;
    default:
      return std::nullopt;
  }
}

}  // namespace

/// The members of one object, brought into the order of their names when it ends. Members mostly come in some order of the service's own.
class ItemTranscoder::Object
{
public:
  explicit Object(ItemTranscoder& in) : m_in(in), m_first(in.m_members.size()), m_begin(in.m_out->size()) {}

  void add(std::string_view name, std::size_t begin) { m_in.m_members.push_back({name, begin, m_in.m_out->size()}); }

  /// Whether nothing of it is written: hidden members count as none.
  [[nodiscard]] bool is_empty() const { return m_in.m_out->size() == m_begin; }

  /// False when two members have one name.
  bool finish(std::string_view separator)
  {
    const auto first = m_in.m_members.begin() + static_cast<std::ptrdiff_t>(m_first);
    const auto by_name = [](const Member& a, const Member& b) { return a.name < b.name; };
    const bool is_sorted = std::is_sorted(first, m_in.m_members.end(), by_name);
    if (!is_sorted) {
      std::sort(first, m_in.m_members.end(), by_name);
    }
    const auto twice = std::adjacent_find(first, m_in.m_members.end(), [](const Member& a, const Member& b) { return a.name == b.name; });
    if (twice != m_in.m_members.end()) {
      return false;
    }
    if (!is_sorted) {
      reorder(first, separator);
    }
    m_in.m_members.erase(first, m_in.m_members.end());
    return true;
  }

private:
  void reorder(std::vector<Member>::iterator first, std::string_view separator)
  {
    std::string& sorted = m_in.m_reordered;
    sorted.clear();
    for (auto member = first; member != m_in.m_members.end(); ++member) {
      sorted += sorted.empty() || member->begin == member->end ? std::string_view() : separator;
      sorted.append(*m_in.m_out, member->begin, member->end - member->begin);
    }
    m_in.m_out->replace(m_begin, std::string::npos, sorted);
  }

  ItemTranscoder& m_in;
  std::size_t m_first;
  std::size_t m_begin;
};

bool ItemTranscoder::array(JsonCursor& json, std::string& out, std::vector<ItemExtent>& items)
{
  m_json = &json;
  m_out = &out;
  m_is_typed = m_form.notation == ItemForm::Notation::typed;
  if (!json.take('[')) {
    return false;
  }
  if (json.take(']')) {
    return true;
  }
  do {
    ItemExtent extent{.begin = out.size()};
    if (!item()) {
      return false;
    }
    extent.text_end = out.size();
    for (const auto& order : m_orders) {
      append_order(out, order);
    }
    extent.order_end = out.size();
    items.push_back(extent);
  } while (json.take(','));
  return json.take(']');
}

bool ItemTranscoder::item()
{
  m_unescaped.clear();
  m_members.clear();
  m_orders.resize(m_form.order_by.size());
  std::for_each(m_orders.begin(), m_orders.end(), [](std::string& order) { order.clear(); });
  const bool is_cells = m_form.notation == ItemForm::Notation::cells;
  *m_out += is_cells ? "" : m_is_typed ? "{\"Item\":{" : "{";
  if (!m_json->take('{')) {
    return false;
  }
  Object object{*this};
  if (!m_json->take('}')) {
    do {
      if (!attribute(object)) {
        return false;
      }
    } while (m_json->take(','));
    if (!m_json->take('}')) {
      return false;
    }
  }
  const bool is_good = object.finish(is_cells ? "" : ",");
  *m_out += is_cells ? "" : m_is_typed ? "}}" : "}";
  return is_good;
}

bool ItemTranscoder::attribute(Object& object)
{
  const std::size_t before = m_out->size();
  m_scalar.reset();
  if (m_form.notation == ItemForm::Notation::cells) {
    std::string_view name;
    if (!text(name) || !m_json->take(':') || !cell(name)) {
      return false;
    }
    object.add(name, before);
  } else if (!member(object, 1)) {
    return false;
  }
  const std::string_view name = m_members.back().name;
  if (!note_order(name)) {
    return false;
  }
  if (is_hidden(name)) {
    m_out->resize(before);
    m_members.back() = {name, before, before};
  }
  return true;
}

/// A cell is the value's plain JSON, or what stands in CSV without JSON's quotes.
bool ItemTranscoder::cell(std::string_view name)
{
  const std::size_t begin = m_out->size();
  std::string_view type_name;
  if (!m_json->take('{') || !text(type_name) || !m_json->take(':')) {
    return false;
  }
  const auto type = type_of(type_name);
  if (!type || !payload(*type, 1) || !m_json->take('}')) {
    return false;
  }
  const bool is_bare = *type == AttributeType::string || *type == AttributeType::binary;
  const std::string json = m_out->substr(begin);
  m_out->resize(begin);
  if (!is_hidden(name)) {
    const std::string text = is_bare ? csv_cell(m_scalar_text) : *type == AttributeType::null ? "true" : csv_cell(json);
    append_cell(*m_out, m_columns.number_of(name, *type), text);
  }
  return true;
}

bool ItemTranscoder::member(Object& object, int depth)
{
  *m_out += object.is_empty() ? "" : ",";
  const std::size_t begin = m_out->size();
  JsonString written;
  std::string_view name;
  if (!m_json->string(written) || !meaning_of(written, name) || !m_json->take(':')) {
    return false;
  }
  const std::string_view escape = !m_is_typed && name.starts_with('$') ? "$" : "";
  if (written.has_escapes) {
    append_json_string(*m_out, std::string(escape) + std::string(name));
  } else {
    (((*m_out += '"') += escape) += name) += '"';
  }
  *m_out += ':';
  if (!value(depth)) {
    return false;
  }
  object.add(name, begin);
  return true;
}

bool ItemTranscoder::text(std::string_view& out)
{
  JsonString written;
  return m_json->string(written) && meaning_of(written, out);
}

bool ItemTranscoder::meaning_of(const JsonString& written, std::string_view& out)
{
  out = written.raw;
  if (!written.has_escapes) {
    return true;
  }
  std::string& unescaped = m_unescaped.emplace_back();
  const bool is_good = unescape(written.raw, unescaped);
  out = unescaped;
  return is_good;
}

bool ItemTranscoder::value(int depth)
{
  std::string_view type_name;
  if (depth > k_max_nesting || !m_json->take('{') || !text(type_name) || !m_json->take(':')) {
    return false;
  }
  const auto type = type_of(type_name);
  return type && typed_value(*type, depth) && m_json->take('}');
}

bool ItemTranscoder::typed_value(AttributeType type, int depth)
{
  const bool writes_its_type = type == AttributeType::string_set || type == AttributeType::number_set || type == AttributeType::binary_set;
  if (!m_is_typed || writes_its_type) {
    return payload(type, depth);
  }
  ((*m_out += "{\"") += wire_name(type)) += "\":";
  const bool is_good = payload(type, depth);
  *m_out += '}';
  return is_good;
}

bool ItemTranscoder::payload(AttributeType type, int depth)
{
  switch (type) {
    case AttributeType::string:
      return string();
    case AttributeType::number:
      return number();
    case AttributeType::binary:
      return binary();
    case AttributeType::boolean:
      return m_json->peek() == 't' ? word("true", "true") : word("false", "false");
    case AttributeType::null:
      return word("true", m_is_typed ? "true" : "null");
    case AttributeType::list:
      return list(depth);
    case AttributeType::map:
      return map(depth);
    case AttributeType::string_set:
    case AttributeType::number_set:
    case AttributeType::binary_set:
      return set(type);
  }
  return false;
}

bool ItemTranscoder::list(int depth)
{
  *m_out += '[';
  if (!m_json->take('[')) {
    return false;
  }
  if (!m_json->take(']')) {
    bool is_first = true;
    do {
      *m_out += std::exchange(is_first, false) ? "" : ",";
      if (!value(depth + 1)) {
        return false;
      }
    } while (m_json->take(','));
    if (!m_json->take(']')) {
      return false;
    }
  }
  *m_out += ']';
  m_scalar.reset();
  return true;
}

bool ItemTranscoder::map(int depth)
{
  *m_out += '{';
  if (!m_json->take('{')) {
    return false;
  }
  Object object{*this};
  if (!m_json->take('}')) {
    do {
      if (!member(object, depth + 1)) {
        return false;
      }
    } while (m_json->take(','));
    if (!m_json->take('}')) {
      return false;
    }
  }
  const bool is_good = object.finish(",");
  *m_out += '}';
  m_scalar.reset();
  return is_good;
}

bool ItemTranscoder::is_hidden(std::string_view name) const
{
  return std::find(m_form.hidden.begin(), m_form.hidden.end(), name) != m_form.hidden.end();
}

/// Keeps the value read last where the items sort by it.
bool ItemTranscoder::note_order(std::string_view name)
{
  const auto found = std::find(m_form.order_by.begin(), m_form.order_by.end(), name);
  if (found == m_form.order_by.end() || !m_scalar) {
    return true;
  }
  std::string& order = m_orders[static_cast<std::size_t>(found - m_form.order_by.begin())];
  if (*m_scalar == AttributeType::number) {
    const auto number = Number::parse(m_scalar_text);
    order = number ? number->sort_key() : "";
    return number.has_value();
  }
  order = *m_scalar == AttributeType::binary ? from_base64(m_scalar_text).value_or("") : std::string(m_scalar_text);
  return true;
}

}  // namespace davit::aws::dynamodb::format
