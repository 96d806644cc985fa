// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/json_cursor.hpp"

#include <optional>

#include "aws/core/encoding.hpp"

namespace davit::aws::dynamodb::format {
namespace {

constexpr std::uint64_t k_ones = 0x0101010101010101;
constexpr std::uint64_t k_high_bits = 0x8080808080808080;

/// Not 0 where one of eight bytes is below 0x20, a quote, a backslash or not ASCII. A byte behind such a one may be marked by mistake.
std::uint64_t special_bytes(std::uint64_t eight)
{
  const auto zero_bytes = [](std::uint64_t v) { return (v - k_ones) & ~v; };
  const std::uint64_t quote = zero_bytes(eight ^ (k_ones * '"'));
  const std::uint64_t backslash = zero_bytes(eight ^ (k_ones * '\\'));
  const std::uint64_t control = (eight - k_ones * 0x20) & ~eight;
  return (quote | backslash | control | eight) & k_high_bits;
}

bool is_special(char c)
{
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

std::optional<std::uint32_t> hex_of(std::string_view digits)
{
  std::uint32_t value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) {
      return std::nullopt;
    }
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return digits.size() == 4 ? std::optional(value) : std::nullopt;
}

void append_code_point(std::string& out, std::uint32_t c)
{
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    (out += static_cast<char>(0xC0 | (c >> 6))) += tail(0);
  } else if (c < 0x10000) {
    ((out += static_cast<char>(0xE0 | (c >> 12))) += tail(6)) += tail(0);
  } else {
    (((out += static_cast<char>(0xF0 | (c >> 18))) += tail(12)) += tail(6)) += tail(0);
  }
}

/// `at` is behind the u, and goes behind the digits.
bool append_unicode(std::string_view raw, std::size_t& at, std::string& out)
{
  auto code = hex_of(raw.substr(at, 4));
  if (!code || (*code >= 0xDC00 && *code < 0xE000)) {
    return false;
  }
  at += 4;
  if (*code >= 0xD800 && *code < 0xDC00) {
    const auto low = raw.substr(at, 2) == "\\u" ? hex_of(raw.substr(at + 2, 4)) : std::nullopt;
    if (!low || *low < 0xDC00 || *low >= 0xE000) {
      return false;
    }
    code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
    at += 6;
  }
  append_code_point(out, *code);
  return true;
}

}  // namespace

const char* JsonCursor::end_of_plain(const char* from) const
{
  while (m_end - from >= 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, from, sizeof eight);
    if (special_bytes(eight) != 0) {
      break;
    }
    from += 8;
  }
  while (from != m_end && !is_special(*from)) {
    ++from;
  }
  return from;
}

bool JsonCursor::string(JsonString& out)
{
  if (!take('"')) {
    return false;
  }
  const char* const begin = m_at;
  bool is_ascii = true;
  out.has_escapes = false;
  for (m_at = end_of_plain(m_at); m_at != m_end && *m_at != '"'; m_at = end_of_plain(m_at)) {
    if (static_cast<unsigned char>(*m_at) >= 0x80) {
      is_ascii = false;
      ++m_at;
    } else if (*m_at == '\\' && m_end - m_at >= 2) {
      out.has_escapes = true;
      m_at += 2;
    } else {
      return false;
    }
  }
  out.raw = std::string_view(begin, static_cast<std::size_t>(m_at - begin));
  return take('"') && (is_ascii || is_utf8(out.raw));
}

bool JsonCursor::skip()
{
  int depth = 0;
  JsonString passed;
  do {
    const char c = peek();
    if (c == '"') {
      if (!string(passed)) {
        return false;
      }
      continue;
    }
    if (c == '\0' || (depth == 0 && (c == ',' || c == ':' || c == '}' || c == ']'))) {
      return false;
    }
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    ++m_at;
    if (depth == 0 && c != '}' && c != ']') {
      while (m_at != m_end && std::string_view(",:]} \n\t\r").find(*m_at) == std::string_view::npos) {
        ++m_at;
      }
    }
  } while (depth > 0);
  return true;
}

bool unescape(std::string_view raw, std::string& out)
{
  constexpr std::string_view k_letters = "\"\\/bfnrt";
  constexpr std::string_view k_meanings = "\"\\/\b\f\n\r\t";
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t escape = std::min(raw.find('\\', at), raw.size());
    out.append(raw, at, escape - at);
    if (escape == raw.size()) {
      return true;
    }
    const char letter = escape + 1 < raw.size() ? raw[escape + 1] : '\0';
    at = escape + 2;
    const std::size_t known = k_letters.find(letter);
    if (letter == 'u') {
      if (!append_unicode(raw, at, out)) {
        return false;
      }
    } else if (letter != '\0' && known != std::string_view::npos) {
      out += k_meanings[known];
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace davit::aws::dynamodb::format
