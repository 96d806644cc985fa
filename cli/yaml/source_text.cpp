// SPDX-License-Identifier: Apache-2.0
#include "cli/yaml/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace davit::cli::yaml {
namespace {

constexpr std::size_t k_max_bytes = 1 << 20;

/// The length of the UTF-8 sequence that starts there, or 0 when it is none (RFC 3629: no overlong forms, no surrogates).
std::size_t sequence_length(std::string_view s)
{
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if ((first & 0xF0U) == 0xE0) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool in_range = !(first == 0xF0 && byte(1) < 0x90) && !(first == 0xF4 && byte(1) >= 0x90);
    return follows(1) && follows(2) && follows(3) && in_range ? 4 : 0;
  }
  return 0;
}

std::string with_line_feeds(std::string_view text)
{
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (!pair) {
      out += text[i] == '\r' ? '\n' : text[i];
    }
  }
  return out;
}

void split_lines(SourceText& source)
{
  std::size_t start = 0;
  while (start <= source.text.size()) {
    const std::size_t end = std::min(source.text.find('\n', start), source.text.size());
    source.line_starts.push_back(start);
    source.lines.push_back(source.text.substr(start, end - start));
    start = end + 1;
  }
}

/// What is wrong with the first bytes, and what to do.
struct WrongBytes {
  std::string message;
  std::string hint;
};

std::optional<WrongBytes> judge(std::string_view rest)
{
  const auto byte = static_cast<unsigned char>(rest.front());
  if (sequence_length(rest) == 0) {
    return WrongBytes{.message = fmt::format("the byte 0x{:02X} is no UTF-8", byte), .hint = "save the file as UTF-8"};
  }
  if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
    return WrongBytes{.message = "a line or paragraph separator (U+2028, U+2029), which some YAML readers take for the end of a line",
                      .hint = "in double quotes it can be written as \\u2028 or \\u2029"};
  }
  // U+0080 to U+009F. YAML 1.2 allows U+0085 alone, which YAML 1.1 takes for the end of a line.
  const bool is_c1 = byte == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0;
  if ((byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F || is_c1) {
    const auto code = is_c1 ? static_cast<unsigned char>(rest[1]) : byte;
    return WrongBytes{.message = fmt::format("the control character 0x{:02X} is not allowed", code),
                      .hint = fmt::format("in double quotes it can be written as \\x{:02x}", code)};
  }
  return std::nullopt;
}

Error encoding_error(const SourceText& source, std::size_t offset, WrongBytes wrong)
{
  const auto after = std::upper_bound(source.line_starts.begin(), source.line_starts.end(), offset);
  const int index = static_cast<int>(after - source.line_starts.begin()) - 1;
  Error error = usage_error(fmt::format("{} is no YAML text", source.name));
  error.diagnostics.push_back({.file = source.name,
                               .line = index + 1,
                               .column = source.column_of(index, offset),
                               .message = std::move(wrong.message),
                               .hint = std::move(wrong.hint)});
  return error;
}

Status check_bytes(const SourceText& source)
{
  for (std::size_t i = 0; i < source.text.size();) {
    const std::string_view rest = std::string_view(source.text).substr(i);
    if (auto wrong = judge(rest)) {
      return fail(encoding_error(source, i, *std::move(wrong)));
    }
    i += sequence_length(rest);
  }
  return {};
}

bool is_wide(std::string_view text)
{
  const bool marked = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  return marked || (text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0'));
}

}  // namespace

int count_characters(std::string_view utf8)
{
  return static_cast<int>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

int SourceText::column_of(int line_index, std::size_t offset) const
{
  const std::size_t start = line_starts.at(static_cast<std::size_t>(line_index));
  return count_characters(std::string_view(text).substr(start, offset - start)) + 1;
}

std::string_view SourceText::on_line(std::size_t first, std::size_t last) const
{
  const std::string_view span = std::string_view(text).substr(first, last - first);
  return span.substr(0, span.find('\n'));
}

Result<SourceText> prepare(std::string_view text, std::string_view name)
{
  if (text.size() > k_max_bytes) {
    return fail(usage_error(fmt::format("{} has {} bytes; davit reads YAML files of at most {}", name, text.size(), k_max_bytes)));
  }
  if (is_wide(text)) {
    return fail(usage_error(fmt::format("{} is UTF-16 or UTF-32", name), "save the file as UTF-8"));
  }
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  text.remove_prefix(text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0);
  SourceText source{.name = std::string(name), .text = with_line_feeds(text)};
  split_lines(source);
  DAVIT_TRY(check_bytes(source));
  return source;
}

}  // namespace davit::cli::yaml
