// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/json_slice.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace davit::aws::jose {
namespace {

void append_utf8(std::string& out, unsigned code)
{
  const auto continuation = [code](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += {static_cast<char>(0xC0 | code >> 6), continuation(0)};
  } else if (code < 0x10000) {
    out += {static_cast<char>(0xE0 | code >> 12), continuation(6), continuation(0)};
  } else {
    out += {static_cast<char>(0xF0 | code >> 18), continuation(12), continuation(6), continuation(0)};
  }
}

/// Appends what the escape at raw[i] stands for; returns the index of its last character.
std::size_t append_escape(std::string& out, std::string_view raw, std::size_t i)
{
  constexpr std::string_view k_letters = "bfnrt";
  constexpr std::string_view k_controls = "\b\f\n\r\t";
  const char letter = raw[i + 1];
  if (letter != 'u') {
    const auto at = k_letters.find(letter);
    out += at == std::string_view::npos ? letter : k_controls[at];
    return i + 1;
  }
  const unsigned unit = *utf16_unit(raw.substr(i + 2, 4));
  if (unit < 0xD800 || unit > 0xDBFF) {
    append_utf8(out, unit);
    return i + 5;
  }
  const unsigned low = *utf16_unit(raw.substr(i + 8, 4));
  append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
  return i + 11;
}

/// The index of the quote that ends the string that begins at text[i].
std::size_t end_of_string(std::string_view text, std::size_t i)
{
  for (++i; text[i] != '"'; ++i) {
    i += text[i] == '\\' ? 1 : 0;
  }
  return i;
}

JsonKind kind_of(char first)
{
  switch (first) {
    case '{':
      return JsonKind::object;
    case '[':
      return JsonKind::array;
    case '"':
      return JsonKind::string;
    case 't':
    case 'f':
      return JsonKind::boolean;
    case 'n':
      return JsonKind::null;
    default:
      return JsonKind::number;
  }
}

std::string_view trimmed(std::string_view text)
{
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

}  // namespace

std::optional<unsigned> utf16_unit(std::string_view digits)
{
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return digits.size() == 4 && error == std::errc{} && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
}

std::string unescape_json(std::string_view raw)
{
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\') {
      i = append_escape(out, raw, i);
    } else {
      out += raw[i];
    }
  }
  return out;
}

std::string string_value(const JsonSlice& slice)
{
  return unescape_json(slice.text.substr(1, slice.text.size() - 2));
}

std::optional<double> number_value(const JsonSlice& slice)
{
  double value = 0;
  if (std::from_chars(slice.text.data(), slice.text.data() + slice.text.size(), value).ec == std::errc::result_out_of_range) {
    value = std::strtod(std::string(slice.text).c_str(), nullptr);  // tells too large from too small, which from_chars does not
  }
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::vector<JsonSlice> elements_of(const JsonSlice& array)
{
  std::vector<JsonSlice> elements;
  const std::string_view text = array.text.substr(0, array.text.size() - 1);
  std::size_t start = 1;
  int depth = 0;
  const auto add = [&](std::size_t end) {
    if (const auto element = trimmed(text.substr(start, end - start)); !element.empty()) {
      elements.push_back({kind_of(element.front()), element});
    }
    start = end + 1;
  };
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      i = end_of_string(text, i);
    } else if (text[i] == '[' || text[i] == '{') {
      ++depth;
    } else if (text[i] == ']' || text[i] == '}') {
      --depth;
    } else if (text[i] == ',' && depth == 0) {
      add(i);
    }
  }
  add(text.size());
  return elements;
}

std::string without_white_space(std::string_view json)
{
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') {
      const std::size_t end = end_of_string(json, i);
      out += json.substr(i, end + 1 - i);
      i = end;
    } else if (json[i] != ' ' && json[i] != '\t' && json[i] != '\r' && json[i] != '\n') {
      out += json[i];
    }
  }
  return out;
}

}  // namespace davit::aws::jose
