// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/tar_reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <span>

namespace davit::aws::oci {
namespace {

std::string_view text_of(std::span<const char> field)
{
  const std::string_view text(field.data(), field.size());
  return text.substr(0, text.find('\0'));
}

/// GNU's base-256: the first bit set, the rest a big-endian number. A negative one (a time before 1970) does not fit and is refused.
std::optional<std::uint64_t> binary_number(std::span<const char> field)
{
  std::uint64_t number = static_cast<unsigned char>(field[0]) & 0x7FU;
  for (const char c : field.subspan(1)) {
    if (number >> 55U != 0) {
      return std::nullopt;
    }
    number = number << 8U | static_cast<unsigned char>(c);
  }
  return number;
}

/// Octal digits, with spaces before and spaces or zero bytes after; an empty field is 0.
std::optional<std::uint64_t> number_of(std::span<const char> field)
{
  if ((static_cast<unsigned char>(field[0]) & 0x80U) != 0) {
    return binary_number(field);
  }
  std::string_view text = text_of(field);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  return text.empty() ? std::optional<std::uint64_t>(0) : whole ? std::optional(number) : std::nullopt;
}

/// The whole seconds of a PAX time, whose fraction is dropped.
std::optional<std::uint64_t> seconds_of(std::string_view text)
{
  std::uint64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = failed == std::errc{} && (end == text.data() + text.size() || *end == '.');
  return whole ? std::optional(seconds) : std::nullopt;
}

std::optional<std::uint64_t> decimal(std::string_view text)
{
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<EntryType> type_of(char flag)
{
  switch (flag) {
    case '0':
    case '\0':
    case '7':
      return EntryType::file;
    case '1':
      return EntryType::hard_link;
    case '2':
      return EntryType::symlink;
    case '3':
    case '4':
    case '6':
      return EntryType::device;
    case '5':
      return EntryType::directory;
    default:
      return std::nullopt;
  }
}

std::string path_of(const TarHeader& header)
{
  const bool is_ustar = std::memcmp(header.magic, "ustar\0", sizeof header.magic) == 0;
  const std::string_view prefix = is_ustar ? text_of(header.prefix) : std::string_view{};
  return prefix.empty() ? std::string(text_of(header.name)) : fmt::format("{}/{}", prefix, text_of(header.name));
}

/// Takes "<length> key=value\n" off the front. Nothing when it is malformed.
std::optional<std::pair<std::string_view, std::string_view>> take_record(std::string_view& text)
{
  const auto length = decimal(text.substr(0, text.find(' ')));
  const std::size_t space = text.find(' ');
  if (!length || *length > text.size() || *length <= space + 1 || text[*length - 1] != '\n') {
    return std::nullopt;
  }
  const std::string_view record = text.substr(space + 1, *length - space - 2);
  text.remove_prefix(*length);
  const std::size_t equals = record.find('=');
  return equals == std::string_view::npos ? std::nullopt : std::optional(std::pair(record.substr(0, equals), record.substr(equals + 1)));
}

}  // namespace

Error TarReader::error(std::string_view what) const
{
  return failed_error(fmt::format("tar archive, offset {}: {}", m_entry_offset, what));
}

Result<const TarHeader*> TarReader::read_header()
{
  m_entry_offset = m_offset;
  const std::string_view rest = m_archive.substr(m_offset);
  // Some writers leave the final blocks of zeros out.
  if (rest.empty() || (rest.size() >= k_tar_block && rest.substr(0, k_tar_block).find_first_not_of('\0') == std::string_view::npos)) {
    return nullptr;
  }
  if (rest.size() < k_tar_block) {
    return fail(error("cut off in a header"));
  }
  const auto* header = reinterpret_cast<const TarHeader*>(rest.data());
  if (number_of(header->checksum) != tar_checksum(*header)) {
    return fail(error("a header's checksum is wrong"));
  }
  m_offset += k_tar_block;
  return header;
}

Result<std::string_view> TarReader::read_content(std::uint64_t size)
{
  const std::size_t rest = m_archive.size() - m_offset;
  if (size > rest) {
    return fail(error("cut off in an entry's content"));
  }
  const std::string_view content = m_archive.substr(m_offset, size);
  m_offset += std::min<std::size_t>(rest, (size + k_tar_block - 1) / k_tar_block * k_tar_block);
  return content;
}

Status TarReader::read_records(std::string_view text, Records& records)
{
  while (!text.empty()) {
    const auto record = take_record(text);
    if (!record) {
      return fail(error("a PAX record is malformed"));
    }
    if (record->first.starts_with("GNU.sparse.")) {
      return fail(error("sparse files are not supported"));
    }
    records[std::string(record->first)] = record->second;
  }
  return {};
}

Result<bool> TarReader::read_extension(const TarHeader& header, Records& records)
{
  if (std::string_view("xgLK").find(header.type) == std::string_view::npos) {
    return false;
  }
  const auto size = number_of(header.size);
  if (!size) {
    return fail(error("a size is no number"));
  }
  DAVIT_TRY_ASSIGN(const std::string_view content, read_content(*size));
  if (header.type == 'L' || header.type == 'K') {
    records[header.type == 'L' ? "path" : "linkpath"] = text_of(content);
  } else {
    DAVIT_TRY(read_records(content, header.type == 'g' ? m_global : records));
  }
  return true;
}

Result<TarEntry> TarReader::read_entry(const TarHeader& header, const Records& records)
{
  const auto record = [&](std::string_view key) -> const std::string* {
    const auto own = records.find(key);
    const auto global = m_global.find(key);
    return own != records.end() ? &own->second : global != m_global.end() ? &global->second : nullptr;
  };
  const auto type = type_of(header.type);
  const auto size = record("size") != nullptr ? decimal(*record("size")) : number_of(header.size);
  const auto mode = number_of(header.mode);
  const auto mtime = record("mtime") != nullptr ? seconds_of(*record("mtime")) : number_of(header.mtime);
  if (!type) {
    return fail(error(fmt::format("an entry has the unknown type '{}'", header.type)));
  }
  if (!size || !mode || !mtime) {
    return fail(error("a size, mode or time is no number"));
  }
  TarEntry entry{.path = record("path") != nullptr ? *record("path") : path_of(header),
                 .type = *type,
                 .mode = static_cast<std::uint32_t>(*mode & 07777U),
                 .mtime = static_cast<std::int64_t>(*mtime)};
  entry.link_target = record("linkpath") != nullptr ? *record("linkpath") : std::string(text_of(header.link_target));
  if (entry.path.find('\0') != std::string::npos || entry.link_target.find('\0') != std::string::npos) {
    return fail(error("a name holds a zero byte"));
  }
  // Version 7 archives mark a folder by its slash alone.
  if (entry.path.ends_with('/') && entry.type == EntryType::file) {
    entry.type = EntryType::directory;
  }
  entry.path = entry.path.substr(0, entry.path.find_last_not_of('/') + 1);
  if (entry.type == EntryType::file) {
    DAVIT_TRY_ASSIGN(entry.content, read_content(*size));
  }
  return entry;
}

Result<std::optional<TarEntry>> TarReader::next()
{
  Records records;
  while (true) {
    DAVIT_TRY_ASSIGN(const TarHeader* header, read_header());
    if (header == nullptr) {
      return std::nullopt;
    }
    DAVIT_TRY_ASSIGN(const bool extends, read_extension(*header, records));
    if (!extends) {
      DAVIT_TRY_ASSIGN(TarEntry entry, read_entry(*header, records));
      return entry;
    }
  }
}

}  // namespace davit::aws::oci
