// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/plain_line.hpp"

#include <algorithm>
#include <cstring>

#include "aws/core/encoding.hpp"

namespace davit::aws::dynamodb::format {
namespace {

/// An item of so much text is never too large, whatever it holds.
constexpr std::size_t k_longest_line = 128 * 1024;
constexpr int k_deepest = 20;
/// Names of one object are compared with each other, which is quick for few.
constexpr std::size_t k_most_names = 64;
constexpr std::size_t k_most_digits = 38;

constexpr std::uint64_t k_low_bits = 0x0101010101010101;
constexpr std::uint64_t k_tops = 0x8080808080808080;

/// Bytes below `limit`, each as its top bit. Right for the lowest such byte, and zero when there is none.
constexpr std::uint64_t below(std::uint64_t word, unsigned limit)
{
  return (word - k_low_bits * limit) & ~word & k_tops;
}

/// Whether none of eight bytes ends a string, escapes, is a control character or belongs to more than ASCII.
bool is_ordinary(const char* at)
{
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  const std::uint64_t quotes = word ^ (k_low_bits * '"');
  const std::uint64_t backslashes = word ^ (k_low_bits * '\\');
  return ((word & k_tops) | below(word, 0x20) | below(quotes, 1) | below(backslashes, 1)) == 0;
}

bool is_json_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool is_hex(char c)
{
  return is_json_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Bytes of the escape that begins with the backslash at `at`; 0 for none, and for a half of a surrogate pair.
std::size_t escape_length(const char* at, const char* end)
{
  if (end - at < 2) {
    return 0;
  }
  if (at[1] != 'u') {
    return std::strchr("\"\\/bfnrt", at[1]) != nullptr && at[1] != '\0' ? 2 : 0;
  }
  const bool is_whole = end - at >= 6 && std::all_of(at + 2, at + 6, is_hex);
  const bool is_surrogate = is_whole && (at[2] == 'd' || at[2] == 'D') && at[3] >= '8';
  return is_whole && !is_surrogate ? 6 : 0;
}

}  // namespace

PlainLineReader::PlainLineReader(const TableKeys& keys) : m_partition_count(keys.key.partition.size())
{
  int place = 0;
  for (const auto& attribute : keys.key.attributes()) {
    watch(attribute, keys.key.partition.size() > static_cast<std::size_t>(place) ? k_max_partition_key_size : k_max_sort_key_size, place);
    ++place;
    m_key_types.push_back(attribute.type);
  }
  for (const auto& [name, index] : keys.indexes) {
    std::for_each(index.partition.begin(), index.partition.end(), [this](const auto& a) { watch(a, k_max_partition_key_size, -1); });
    std::for_each(index.sort.begin(), index.sort.end(), [this](const auto& a) { watch(a, k_max_sort_key_size, -1); });
  }
}

/// An attribute of several keys must fit all of them; one declared with two types fits none, which the exact reader says.
void PlainLineReader::watch(const KeyAttribute& attribute, std::size_t max_size, int key_place)
{
  for (auto& known : m_watched) {
    if (known.name == attribute.name) {
      known.max_size = known.type == attribute.type ? std::min(known.max_size, max_size) : 0;
      return;
    }
  }
  m_watched.push_back({attribute.name, attribute.type, max_size, key_place});
}

bool PlainLineReader::read(std::string_view line, LineItem& item)
{
  if (line.size() > k_longest_line) {
    return false;
  }
  m_at = line.data();
  m_end = m_at + line.size();
  m_names.clear();
  m_key_values.assign(m_key_types.size(), {});
  item.text.clear();
  m_out = &item.text;
  skip_space();
  item.column = static_cast<int>(m_at - line.data()) + 1;
  if (!take('{') || !object(0)) {
    return false;
  }
  skip_space();
  return m_at == m_end && finish_keys(item);
}

bool PlainLineReader::finish_keys(LineItem& item) const
{
  KeyHasher partition;
  KeyHasher whole;
  for (std::size_t i = 0; i < m_key_values.size(); ++i) {
    if (m_key_values[i].empty()) {
      return false;
    }
    whole.add(m_key_types[i], m_key_values[i]);
    if (i < m_partition_count) {
      partition.add(m_key_types[i], m_key_values[i]);
    }
  }
  item.key = whole.digest();
  item.partition = partition.digest().low;
  return true;
}

void PlainLineReader::skip_space()
{
  while (m_at != m_end && (*m_at == ' ' || *m_at == '\t' || *m_at == '\r')) {
    ++m_at;
  }
}

bool PlainLineReader::take(char c)
{
  if (m_at == m_end || *m_at != c) {
    return false;
  }
  ++m_at;
  return true;
}

/// Behind its opening brace.
bool PlainLineReader::object(int depth)
{
  const std::size_t first_name = m_names.size();
  *m_out += '{';
  skip_space();
  if (!take('}')) {
    do {
      skip_space();
      if (!member(depth, first_name)) {
        return false;
      }
      skip_space();
      *m_out += ',';
    } while (take(','));
    m_out->pop_back();
    if (!take('}')) {
      return false;
    }
  }
  *m_out += '}';
  m_names.resize(first_name);
  return true;
}

bool PlainLineReader::member(int depth, std::size_t first_name)
{
  Text name;
  if (!string(name) || name.has_escapes || name.raw.empty() || name.raw.front() == '$' || !is_new_name(name.raw, first_name)) {
    return false;
  }
  skip_space();
  if (!take(':')) {
    return false;
  }
  ((*m_out += '"') += name.raw) += "\":";
  skip_space();
  return value(depth + 1, depth == 0 ? find_watched(name.raw) : nullptr);
}

bool PlainLineReader::is_new_name(std::string_view name, std::size_t first_name)
{
  if (name.size() > 65535 || m_names.size() - first_name >= k_most_names ||
      std::find(m_names.begin() + static_cast<std::ptrdiff_t>(first_name), m_names.end(), name) != m_names.end()) {
    return false;
  }
  m_names.push_back(name);
  return true;
}

const PlainLineReader::Watched* PlainLineReader::find_watched(std::string_view name) const
{
  const auto found = std::find_if(m_watched.begin(), m_watched.end(), [&](const Watched& watched) { return watched.name == name; });
  return found == m_watched.end() ? nullptr : &*found;
}

bool PlainLineReader::value(int depth, const Watched* watched)
{
  if (m_at == m_end || depth > k_deepest) {
    return false;
  }
  if (*m_at == '"') {
    return string_value(watched);
  }
  if (*m_at == '-' || is_json_digit(*m_at)) {
    return number(watched);
  }
  if (watched != nullptr) {
    return false;
  }
  switch (*m_at) {
    case '{':
      ++m_at;
      *m_out += "{\"M\":";
      return object(depth) && (*m_out += '}', true);
    case '[':
      ++m_at;
      return array(depth);
    case 't':
      return word("true", "{\"BOOL\":true}");
    case 'f':
      return word("false", "{\"BOOL\":false}");
    default:
      return word("null", "{\"NULL\":true}");
  }
}

bool PlainLineReader::array(int depth)
{
  *m_out += "{\"L\":[";
  skip_space();
  if (!take(']')) {
    do {
      skip_space();
      if (!value(depth + 1, nullptr)) {
        return false;
      }
      skip_space();
      *m_out += ',';
    } while (take(','));
    m_out->pop_back();
    if (!take(']')) {
      return false;
    }
  }
  *m_out += "]}";
  return true;
}

bool PlainLineReader::string(Text& out)
{
  if (!take('"')) {
    return false;
  }
  const char* const start = m_at;
  bool is_ascii = true;
  out.has_escapes = false;
  while (true) {
    while (m_end - m_at >= 8 && is_ordinary(m_at)) {
      m_at += 8;
    }
    if (m_at == m_end || static_cast<unsigned char>(*m_at) < 0x20) {
      return false;
    }
    if (*m_at == '"') {
      break;
    }
    if (*m_at == '\\') {
      const std::size_t length = escape_length(m_at, m_end);
      if (length == 0) {
        return false;
      }
      out.has_escapes = true;
      m_at += length;
      continue;
    }
    is_ascii = is_ascii && static_cast<unsigned char>(*m_at) < 0x80;
    ++m_at;
  }
  out.raw = {start, static_cast<std::size_t>(m_at - start)};
  ++m_at;
  return is_ascii || is_utf8(out.raw);
}

bool PlainLineReader::string_value(const Watched* watched)
{
  Text text;
  if (!string(text)) {
    return false;
  }
  if (watched != nullptr && (watched->type != AttributeType::string || text.has_escapes || !note_key(*watched, text.raw))) {
    return false;
  }
  ((*m_out += "{\"S\":\"") += text.raw) += "\"}";
  return true;
}

bool PlainLineReader::note_key(const Watched& watched, std::string_view bytes)
{
  if (bytes.empty() || bytes.size() > watched.max_size) {
    return false;
  }
  if (watched.key_place >= 0) {
    m_key_values[static_cast<std::size_t>(watched.key_place)] = bytes;
  }
  return true;
}

/// As Number::to_string() writes it: no zeros behind the last digit of a fraction, no minus before zero.
bool PlainLineReader::number(const Watched* watched)
{
  const char* const start = m_at;
  m_at += *m_at == '-' ? 1 : 0;
  const char* const whole = m_at;
  while (m_at != m_end && is_json_digit(*m_at)) {
    ++m_at;
  }
  const char* last = m_at;
  if (last == whole || (*whole == '0' && last - whole > 1)) {
    return false;
  }
  if (take('.')) {
    const char* const fraction = m_at;
    for (; m_at != m_end && is_json_digit(*m_at); ++m_at) {
      last = *m_at == '0' ? last : m_at + 1;
    }
    if (m_at == fraction) {
      return false;
    }
  }
  const bool has_exponent = m_at != m_end && (*m_at == 'e' || *m_at == 'E');
  if (has_exponent || static_cast<std::size_t>(m_at - whole) > k_most_digits) {
    return false;
  }
  const bool is_zero = *whole == '0' && last - whole == 1;
  const std::string_view text = is_zero ? "0" : std::string_view(start, static_cast<std::size_t>(last - start));
  if (watched != nullptr && (watched->type != AttributeType::number || !note_key(*watched, text))) {
    return false;
  }
  ((*m_out += "{\"N\":\"") += text) += "\"}";
  return true;
}

bool PlainLineReader::word(std::string_view text, std::string_view written)
{
  if (static_cast<std::size_t>(m_end - m_at) < text.size() || std::string_view(m_at, text.size()) != text) {
    return false;
  }
  m_at += text.size();
  *m_out += written;
  return true;
}

}  // namespace davit::aws::dynamodb::format
