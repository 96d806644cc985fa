// SPDX-License-Identifier: Apache-2.0
// Strings, numbers, binaries, and the sets of these.
#include <algorithm>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/format/item_transcoder.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

bool is_decimal_digit(char c)
{
  return c >= '0' && c <= '9';
}

/// Whether Number would write the text just as it is: plain decimal of at most 38 characters without a needless zero.
bool is_canonical_number(std::string_view text)
{
  const std::size_t whole = text.starts_with('-') ? 1 : 0;
  std::size_t at = whole;
  while (at < text.size() && is_decimal_digit(text[at])) {
    ++at;
  }
  if (at == whole || text.size() > 38 || (text[whole] == '0' && at != whole + 1)) {
    return false;
  }
  if (at == text.size()) {
    return text != "-0";
  }
  const std::size_t fraction = at + 1;
  return text[at] == '.' && fraction < text.size() && text.back() != '0' &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(fraction), text.end(), is_decimal_digit);
}

}  // namespace

bool ItemTranscoder::string()
{
  JsonString written;
  if (!m_json->string(written) || !meaning_of(written, m_scalar_text)) {
    return false;
  }
  m_scalar = AttributeType::string;
  if (written.has_escapes) {
    append_json_string(*m_out, m_scalar_text);
  } else {
    ((*m_out += '"') += written.raw) += '"';
  }
  return true;
}

bool ItemTranscoder::number()
{
  JsonString written;
  if (!m_json->string(written) || written.has_escapes) {
    return false;
  }
  m_scalar = AttributeType::number;
  m_scalar_text = written.raw;
  const std::string_view quote = m_is_typed ? "\"" : "";
  *m_out += quote;
  if (is_canonical_number(written.raw)) {
    *m_out += written.raw;
  } else {
    const auto number = Number::parse(written.raw);
    if (!number) {
      return false;
    }
    *m_out += number->to_string();
  }
  *m_out += quote;
  return true;
}

/// Base64 is written in one way only, so that what is valid stays as it is.
bool ItemTranscoder::binary()
{
  std::string_view base64;
  if (!text(base64) || !from_base64(base64)) {
    return false;
  }
  m_scalar = AttributeType::binary;
  m_scalar_text = base64;
  ((*m_out += m_is_typed ? "\"" : "{\"$bin\":\"") += base64) += m_is_typed ? "\"" : "\"}";
  return true;
}

bool ItemTranscoder::word(std::string_view word, std::string_view text)
{
  *m_out += text;
  return m_json->take(word);
}

/// Sets are short and rare: the model sorts them.
bool ItemTranscoder::set(AttributeType type)
{
  AttributeValue set = type == AttributeType::string_set   ? AttributeValue(StringSet{})
                       : type == AttributeType::number_set ? AttributeValue(NumberSet{})
                                                           : AttributeValue(BinarySet{});
  if (!m_json->take('[')) {
    return false;
  }
  do {
    if (!add_to_set(set)) {
      return false;
    }
  } while (m_json->take(','));
  if (m_is_typed) {
    append_json(*m_out, set);
  } else {
    *m_out += to_plain_json(set);
  }
  m_scalar.reset();
  return m_json->take(']');
}

/// False for an element that is there already, too.
bool ItemTranscoder::add_to_set(AttributeValue& set)
{
  std::string_view element;
  if (!text(element)) {
    return false;
  }
  if (auto* strings = set.get_if<StringSet>()) {
    return strings->emplace(element).second;
  }
  if (auto* numbers = set.get_if<NumberSet>()) {
    auto number = Number::parse(element);
    return number && numbers->insert(std::move(*number)).second;
  }
  auto bytes = from_base64(element);
  return bytes && set.get_if<BinarySet>()->insert(Binary{std::move(*bytes)}).second;
}

}  // namespace davit::aws::dynamodb::format
