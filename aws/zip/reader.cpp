// SPDX-License-Identifier: Apache-2.0
#include "aws/zip/reader.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <sys/stat.h>

#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <set>

#include "aws/core/encoding.hpp"
#include "aws/zip/format.hpp"

namespace davit::aws::zip {
namespace {

using Decompressor = std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;
using oci::EntryType;

Error damaged(std::string_view what)
{
  return failed_error(fmt::format("the zip archive is damaged: {}", what));
}

/// Nothing beyond the end of the archive, or for another signature.
template <typename Record>
std::optional<Record> record_at(std::string_view archive, std::size_t offset)
{
  Record record;
  const std::uint32_t expected = record.signature;
  if (offset > archive.size() || archive.size() - offset < sizeof record) {
    return std::nullopt;
  }
  std::memcpy(&record, archive.data() + offset, sizeof record);
  return record.signature == expected ? std::optional(record) : std::nullopt;
}

/// The end record stands last, before a comment of at most 65535 bytes.
Result<EndRecord> end_record(std::string_view archive)
{
  constexpr std::size_t k_longest_comment = 65535;
  for (std::size_t back = sizeof(EndRecord); back <= archive.size() && back <= sizeof(EndRecord) + k_longest_comment; ++back) {
    const auto end = record_at<EndRecord>(archive, archive.size() - back);
    if (end && end->comment_length == back - sizeof(EndRecord)) {
      return *end;
    }
  }
  return fail(failed_error("the file is no zip archive, or cut off"));
}

std::int64_t unix_time(const CentralHeader& header)
{
  std::tm time{};
  time.tm_year = (header.date >> 9) + 80;
  time.tm_mon = ((header.date >> 5) & 15) - 1;
  time.tm_mday = header.date & 31;
  time.tm_hour = header.time >> 11;
  time.tm_min = (header.time >> 5) & 63;
  time.tm_sec = (header.time & 31) * 2;
  return ::timegm(&time);
}

EntryType type_of(const CentralHeader& header, std::string_view name)
{
  const std::uint32_t mode = header.version_made_by >> 8U == k_made_by_unix ? header.external_attributes >> 16U : 0;
  if (name.ends_with('/') || S_ISDIR(mode)) {
    return EntryType::directory;
  }
  return S_ISLNK(mode) ? EntryType::symlink : EntryType::file;
}

std::uint32_t permissions_of(const CentralHeader& header, EntryType type)
{
  const std::uint32_t mode = header.version_made_by >> 8U == k_made_by_unix ? header.external_attributes >> 16U : 0;
  return mode != 0 ? mode & 0777U : type == EntryType::directory ? 0755U : 0644U;
}

Status check_name(std::string_view name)
{
  const std::string with_ends = "/" + std::string(name) + "/";
  const bool leads_out = name.empty() || name.starts_with('/') || with_ends.find("/../") != std::string::npos ||
                         name.find('\0') != std::string_view::npos || name.find('\\') != std::string_view::npos;
  if (leads_out) {
    return fail(failed_error(fmt::format("the zip archive names a file '{}'", is_utf8(name) ? std::string(name) : to_hex(name)),
                             "names in it are relative, with slashes, and do not lead outside"));
  }
  return {};
}

Status check_kind(const CentralHeader& header, std::string_view name)
{
  if ((header.flags & k_flag_encrypted) != 0) {
    return fail(failed_error(fmt::format("'{}' in the zip archive is encrypted", name), "make the archive without a password"));
  }
  if (header.method != k_stored && header.method != k_deflated) {
    return fail(failed_error(fmt::format("'{}' in the zip archive is compressed by method {}", name, header.method),
                             "make the archive with deflate, as every zip program does by default"));
  }
  constexpr std::uint32_t k_in_zip64 = 0xffffffff;
  if (header.size == k_in_zip64 || header.compressed_size == k_in_zip64 || header.offset == k_in_zip64) {
    return fail(failed_error("the zip archive is in the zip64 format", "Lambda takes 250 MB at most, for which zip64 is not needed"));
  }
  return {};
}

/// The bytes of a member; its own header says where they begin.
Result<std::string_view> data_of(std::string_view archive, const CentralHeader& header, std::string_view name)
{
  const auto local = record_at<LocalHeader>(archive, header.offset);
  const std::size_t start = local ? header.offset + sizeof(LocalHeader) + local->name_length + local->extra_length : archive.size();
  if (!local || start > archive.size() || archive.size() - start < header.compressed_size) {
    return fail(damaged(fmt::format("'{}' is cut off", name)));
  }
  if (header.method == k_stored && header.size != header.compressed_size) {
    return fail(damaged(fmt::format("'{}' has two sizes", name)));
  }
  return archive.substr(start, header.compressed_size);
}

Result<Member> member_of(std::string_view archive, const CentralHeader& header, std::string_view name)
{
  DAVIT_TRY(check_name(name));
  DAVIT_TRY(check_kind(header, name));
  Member member{.name = std::string(name.substr(0, name.find_last_not_of('/') + 1)), .type = type_of(header, name)};
  member.permissions = permissions_of(header, member.type);
  member.mtime = unix_time(header);
  member.method = header.method;
  member.crc = header.crc;
  member.size = header.size;
  DAVIT_TRY_ASSIGN(member.data, data_of(archive, header, name));
  return member;
}

Status inflate(const Member& member, std::span<char> room, libdeflate_decompressor* decompressor)
{
  if (member.method == k_stored) {
    std::copy(member.data.begin(), member.data.end(), room.begin());
  } else if (libdeflate_deflate_decompress(decompressor, member.data.data(), member.data.size(), room.data(), room.size(), nullptr) !=
             LIBDEFLATE_SUCCESS) {
    return fail(damaged(fmt::format("'{}' cannot be inflated to its size", member.name)));
  }
  const bool same = libdeflate_crc32(0, room.data(), room.size()) == member.crc;
  return same ? Status{} : fail(damaged(fmt::format("'{}' does not have its checksum", member.name)));
}

oci::TarEntry entry_of(const Member& member, std::string_view content)
{
  const bool is_link = member.type == EntryType::symlink;
  return {.path = member.name,
          .type = member.type,
          .mode = member.permissions,
          .mtime = member.mtime,
          .link_target = is_link ? std::string(content) : "",
          .content = is_link ? std::string_view{} : content};
}

}  // namespace

Result<std::vector<Member>> members_of(std::string_view archive)
{
  DAVIT_TRY_ASSIGN(const EndRecord end, end_record(archive));
  std::vector<Member> members;
  std::set<std::string> names;
  std::size_t offset = end.directory_offset;
  for (std::size_t i = 0; i < end.entries; ++i) {
    const auto header = record_at<CentralHeader>(archive, offset);
    if (!header || archive.size() - offset - sizeof(CentralHeader) < header->name_length) {
      return fail(damaged("its directory is cut off"));
    }
    const std::string_view name = archive.substr(offset + sizeof(CentralHeader), header->name_length);
    DAVIT_TRY_ASSIGN(Member member, member_of(archive, *header, name));
    if (!names.insert(member.name).second) {
      return fail(damaged(fmt::format("'{}' is in it twice", member.name)));
    }
    members.push_back(std::move(member));
    offset += sizeof(CentralHeader) + header->name_length + header->extra_length + header->comment_length;
  }
  return members;
}

std::uint64_t unzipped_size(const std::vector<Member>& members)
{
  std::uint64_t size = 0;
  for (const auto& member : members) {
    size += member.size;
  }
  return size;
}

Result<Unzipped> unzip(std::string_view archive, const std::filesystem::path& scratch_directory, std::uint64_t limit)
{
  DAVIT_TRY_ASSIGN(const auto members, members_of(archive));
  const std::uint64_t size = unzipped_size(members);
  if (size > limit) {
    return fail(failed_error(fmt::format("the zip archive has {} bytes unzipped, more than the {} that Lambda takes", size, limit)));
  }
  DAVIT_TRY_ASSIGN(oci::ScratchFile file, oci::ScratchFile::create(scratch_directory));
  std::vector<oci::TarEntry> entries;
  DAVIT_TRY_ASSIGN(std::span<char> room, file.reserve(std::max<std::uint64_t>(size, 1)));
  const Decompressor decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  for (const auto& member : members) {
    DAVIT_TRY(inflate(member, room.first(member.size), decompressor.get()));
    entries.push_back(entry_of(member, {room.data(), member.size}));
    room = room.subspan(member.size);
  }
  return Unzipped{.content = std::move(file), .entries = std::move(entries)};
}

}  // namespace davit::aws::zip
