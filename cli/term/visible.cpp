// SPDX-License-Identifier: Apache-2.0
#include "cli/term/visible.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::cli {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i)
{
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

/// A character that must not reach a terminal, at the start of a text.
struct Hidden {
  unsigned code = 0;
  std::size_t length = 0;  ///< in bytes; 0 when the text starts with a harmless one
};

Hidden hidden_at(std::string_view text)
{
  const unsigned first = byte_at(text, 0);
  const unsigned second = byte_at(text, 1);
  if ((first < 0x20 && first != '\t' && first != '\n') || first == 0x7F) {
    return {.code = first, .length = 1};
  }
  if (first == 0xC2 && second >= 0x80 && second < 0xA0) {
    return {.code = second, .length = 2};
  }
  // U+202A to U+202E, U+2066 to U+2069: Unicode Standard Annex 9, section 2.
  const unsigned code = 0x2000 + ((second & 0x3F) << 6) + (byte_at(text, 2) & 0x3F);
  const bool turns = first == 0xE2 && ((code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069));
  return turns ? Hidden{.code = code, .length = 3} : Hidden{};
}

template <typename Write>
std::string replaced(std::string_view text, Write write)
{
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Hidden hidden = hidden_at(text.substr(i));
    if (hidden.length > 0) {
      out += write(hidden.code);
    } else {
      out += text[i];
    }
    i += std::max<std::size_t>(hidden.length, 1);
  }
  return out;
}

}  // namespace

std::string visible(std::string_view text)
{
  return replaced(text, [](unsigned code) { return code < 0x100 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code); });
}

std::string visible_in_place(std::string_view text)
{
  return replaced(text, [](unsigned /*code*/) { return "\xEF\xBF\xBD"; });
}

}  // namespace davit::cli
