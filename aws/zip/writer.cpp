// SPDX-License-Identifier: Apache-2.0
#include "aws/zip/writer.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <limits>

#include "aws/zip/limits.hpp"

namespace davit::aws::zip {
namespace {

constexpr std::uint64_t k_largest = std::numeric_limits<std::uint32_t>::max() - 1;
constexpr std::uint64_t k_most_entries = std::numeric_limits<std::uint16_t>::max() - 1;
constexpr std::size_t k_longest_name = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint16_t k_version = 20;  // of the format, 2.0: deflate and folders

template <typename Record>
std::string_view bytes_of(const Record& record)
{
  return {reinterpret_cast<const char*>(&record), sizeof record};
}

bool is_ascii(std::string_view text)
{
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What the directory says of a member, beside what its own header says.
CentralHeader central_of(const LocalHeader& local, std::uint32_t mode, std::uint32_t offset)
{
  return {.version_made_by = k_made_by_unix << 8U | k_version,
          .version_needed = local.version_needed,
          .flags = local.flags,
          .method = local.method,
          .time = local.time,
          .date = local.date,
          .crc = local.crc,
          .compressed_size = local.compressed_size,
          .size = local.size,
          .name_length = local.name_length,
          .external_attributes = mode << 16U,
          .offset = offset};
}

Error too_large(std::string_view what)
{
  return failed_error(fmt::format("the archive would have {}", what),
                      fmt::format("Lambda takes {} bytes unzipped, function and layers together; a container image may have 10 GB "
                                  "(handler.package: image)",
                                  k_most_unzipped_bytes));
}

/// Both times of the format, local ones by its text; UTC, so that no time zone changes them.
std::tm calendar_time(std::int64_t seconds)
{
  constexpr std::int64_t k_1980 = 315532800;
  constexpr std::int64_t k_2107_end = 4354819198;
  const auto clamped = static_cast<std::time_t>(std::clamp(seconds, k_1980, k_2107_end));
  std::tm out{};
  ::gmtime_r(&clamped, &out);
  return out;
}

}  // namespace

Result<Writer> Writer::create(const std::filesystem::path& scratch_directory, std::int64_t mtime)
{
  DAVIT_TRY_ASSIGN(oci::ScratchFile file, oci::ScratchFile::create(scratch_directory));
  return Writer{std::move(file), mtime};
}

Writer::Writer(oci::ScratchFile file, std::int64_t mtime) : m_file(std::move(file))
{
  const std::tm time = calendar_time(mtime);
  m_date = static_cast<std::uint16_t>(((time.tm_year - 80) << 9) | ((time.tm_mon + 1) << 5) | time.tm_mday);
  m_time = static_cast<std::uint16_t>((time.tm_hour << 11) | (time.tm_min << 5) | (time.tm_sec / 2));
}

Status Writer::add_file(const std::string& name, std::uint32_t permissions, std::string_view content)
{
  return add(name, S_IFREG | permissions, content);
}

Status Writer::add_symlink(const std::string& name, const std::string& target)
{
  return add(name, S_IFLNK | 0777U, target);
}

Status Writer::add(const std::string& name, std::uint32_t mode, std::string_view content)
{
  if (content.size() > k_largest || name.size() > k_longest_name || m_entries == k_most_entries) {
    return fail(too_large(content.size() > k_largest ? "a file of 4 GiB" : "more files, or a longer name, than a zip archive holds"));
  }
  const std::string small = deflated(content);
  const std::string_view data = small.empty() ? content : small;
  const LocalHeader local{.version_needed = k_version,
                          .flags = is_ascii(name) ? std::uint16_t{0} : k_flag_utf8,
                          .method = small.empty() ? k_stored : k_deflated,
                          .time = m_time,
                          .date = m_date,
                          .crc = libdeflate_crc32(0, content.data(), content.size()),
                          .compressed_size = static_cast<std::uint32_t>(data.size()),
                          .size = static_cast<std::uint32_t>(content.size()),
                          .name_length = static_cast<std::uint16_t>(name.size())};
  m_directory.append(bytes_of(central_of(local, mode, static_cast<std::uint32_t>(m_offset)))).append(name);
  ++m_entries;
  DAVIT_TRY(write(bytes_of(local)));
  DAVIT_TRY(write(name));
  return write(data);
}

std::string Writer::deflated(std::string_view content)
{
  std::string out;
  if (!content.empty()) {
    m_deflater.deflate({reinterpret_cast<const unsigned char*>(content.data()), content.size()}, 0, true, out);
  }
  return out.size() < content.size() ? out : "";
}

Status Writer::write(std::string_view bytes)
{
  m_offset += bytes.size();
  return m_offset > k_largest ? fail(too_large("4 GiB or more")) : m_file.append(bytes);
}

Result<oci::ScratchFile> Writer::finish()
{
  const EndRecord end{.entries_on_disk = static_cast<std::uint16_t>(m_entries),
                      .entries = static_cast<std::uint16_t>(m_entries),
                      .directory_size = static_cast<std::uint32_t>(m_directory.size()),
                      .directory_offset = static_cast<std::uint32_t>(m_offset)};
  DAVIT_TRY(write(m_directory));
  DAVIT_TRY(write(bytes_of(end)));
  return std::move(m_file);
}

}  // namespace davit::aws::zip
