// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/markup.hpp"

#include <algorithm>

#include "aws/core/encoding.hpp"

namespace davit::commands::workflow::smoke {
namespace {

constexpr std::string_view k_replacement = "\xEF\xBF\xBD";

/// Of the character that the bytes begin with; 0 when they begin with none.
std::size_t character_length(std::string_view bytes)
{
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, bytes.size()); ++length) {
    if (is_utf8(bytes.substr(0, length))) {
      return length;
    }
  }
  return 0;
}

bool is_allowed(std::string_view character)
{
  const auto first = static_cast<unsigned char>(character.front());
  const bool is_control = first < 0x20 && first != '\t' && first != '\n' && first != '\r';
  return !is_control && character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF";
}

std::string_view escaped(std::string_view character)
{
  constexpr std::pair<std::string_view, std::string_view> k_escapes[] = {
      {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"\r", "&#13;"}};
  const auto* const found =
      std::find_if(std::begin(k_escapes), std::end(k_escapes), [&](const auto& one) { return one.first == character; });
  return found == std::end(k_escapes) ? character : found->second;
}

}  // namespace

std::string escape_text(std::string_view bytes)
{
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    const std::string_view character = bytes.substr(0, std::max<std::size_t>(length, 1));
    out += length > 0 && is_allowed(character) ? escaped(character) : k_replacement;
    bytes.remove_prefix(character.size());
  }
  return out;
}

std::string escape_attribute(std::string_view bytes)
{
  std::string out;
  for (const char c : escape_text(bytes)) {
    out += c == '\n' ? "&#10;" : c == '\t' ? "&#9;" : std::string(1, c);
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
