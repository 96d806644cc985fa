// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/tar_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "aws/oci/tar_entry.hpp"

namespace davit::aws::oci {
namespace {

constexpr std::uint64_t k_largest_octal_size = 077777777777;
constexpr std::size_t k_read_size = 1U << 20U;

void put(std::span<char> field, std::string_view text)
{
  std::copy_n(text.begin(), std::min(text.size(), field.size()), field.begin());
}

void put_octal(std::span<char> field, std::uint64_t number)
{
  put(field, fmt::format("{:0{}o}", number, field.size() - 1));
}

bool is_ascii(std::string_view text)
{
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Where the name field starts when the path is split at a slash into prefix and name; nothing when it does not fit.
std::optional<std::size_t> split_of(std::string_view path)
{
  if (path.size() <= sizeof(TarHeader::name)) {
    return 0;
  }
  const std::size_t slash = path.substr(0, sizeof(TarHeader::prefix) + 1).rfind('/');
  const bool fits =
      slash != std::string_view::npos && slash > 0 && path.size() - slash - 1 <= sizeof(TarHeader::name) && slash + 1 < path.size();
  return fits ? std::optional(slash + 1) : std::nullopt;
}

bool fits_ustar_path(std::string_view path)
{
  return is_ascii(path) && split_of(path).has_value();
}

void put_path(TarHeader& header, std::string_view path)
{
  const std::size_t split = split_of(path).value_or(0);
  put(header.name, path.substr(split));
  put(header.prefix, split == 0 ? std::string_view{} : path.substr(0, split - 1));
}

/// "<length> key=value\n", where the length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value)
{
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (length != rest + std::to_string(length).size()) {
    ++length;
  }
  return fmt::format("{} {}={}\n", length, key, value);
}

std::string pax_records(std::string_view path, std::string_view link_target, std::uint64_t size)
{
  std::string records;
  if (!link_target.empty() && (link_target.size() > sizeof(TarHeader::link_target) || !is_ascii(link_target))) {
    records += pax_record("linkpath", link_target);
  }
  if (!fits_ustar_path(path)) {
    records += pax_record("path", path);
  }
  if (size > k_largest_octal_size) {
    records += pax_record("size", std::to_string(size));
  }
  return records;
}

Error read_error(const std::filesystem::path& source)
{
  return failed_error(fmt::format("cannot read {}: {}", source.string(), std::strerror(errno)));
}

/// Reads exactly `size` bytes of a file into a sink.
Status pump(int fd, std::uint64_t size, const std::filesystem::path& source, const TarWriter::Sink& sink)
{
  std::string buffer(std::min<std::uint64_t>(size, k_read_size), '\0');
  for (std::uint64_t left = size; left > 0;) {
    const ssize_t n = ::read(fd, buffer.data(), std::min<std::uint64_t>(left, buffer.size()));
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return fail(read_error(source));
    }
    if (n == 0) {
      return fail(failed_error(fmt::format("{} became shorter while it was read", source.string())));
    }
    DAVIT_TRY(sink(std::string_view(buffer.data(), static_cast<std::size_t>(n))));
    left -= static_cast<std::uint64_t>(n);
  }
  return {};
}

}  // namespace

std::uint32_t tar_checksum(const TarHeader& header)
{
  const auto* bytes = reinterpret_cast<const unsigned char*>(&header);
  std::uint32_t sum = sizeof(header.checksum) * ' ';
  for (std::size_t i = 0; i < sizeof header; ++i) {
    const bool is_checksum = i >= offsetof(TarHeader, checksum) && i < offsetof(TarHeader, type);
    sum += is_checksum ? 0 : bytes[i];
  }
  return sum;
}

Status TarWriter::add_directory(const std::string& path, std::uint32_t mode)
{
  return write_member({.path = path + "/", .link_target = {}, .type = '5', .mode = mode, .size = 0});
}

Status TarWriter::add_symlink(const std::string& path, const std::string& target)
{
  return write_member({.path = path, .link_target = target, .type = '2', .mode = 0777, .size = 0});
}

Status TarWriter::add_file(const std::string& path, std::uint32_t mode, std::string_view content)
{
  DAVIT_TRY(write_member({.path = path, .link_target = {}, .type = '0', .mode = mode, .size = content.size()}));
  DAVIT_TRY(m_sink(content));
  return write_padding(content.size());
}

Status TarWriter::copy_file(const std::string& path, std::uint32_t mode, const std::filesystem::path& source)
{
  // What was a file when the folder was read may be a link or a pipe by now: the one is not followed, the other not waited for.
  const int fd = ::open(source.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    return fail(read_error(source));
  }
  const std::unique_ptr<const int, void (*)(const int*)> closing(&fd, [](const int* open_fd) { ::close(*open_fd); });
  struct stat info {
  };
  if (::fstat(fd, &info) != 0) {
    return fail(read_error(source));
  }
  if (!S_ISREG(info.st_mode)) {
    return fail(failed_error(fmt::format("{} is no longer a file", source.string())));
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  DAVIT_TRY(write_member({.path = path, .link_target = {}, .type = '0', .mode = mode, .size = size}));
  DAVIT_TRY(pump(fd, size, source, m_sink));
  return write_padding(size);
}

Status TarWriter::finish()
{
  return m_sink(std::string(2 * k_tar_block, '\0'));
}

Status TarWriter::write_member(const Member& member)
{
  DAVIT_TRY(write_extended_header(member));
  TarHeader header{};
  put_path(header, member.path);
  put_octal(header.mode, member.mode);
  put_octal(header.uid, 0);
  put_octal(header.gid, 0);
  put_octal(header.size, member.size > k_largest_octal_size ? 0 : member.size);
  put_octal(header.mtime, static_cast<std::uint64_t>(m_mtime));
  header.type = member.type;
  put(header.link_target, member.link_target);
  put(header.magic, std::string_view("ustar\0", 6));
  put(header.version, "00");
  put(header.checksum, fmt::format("{:06o}", tar_checksum(header)));
  header.checksum[7] = ' ';
  return m_sink(std::string_view(reinterpret_cast<const char*>(&header), sizeof header));
}

Status TarWriter::write_extended_header(const Member& member)
{
  const std::string records = pax_records(member.path, member.link_target, member.size);
  if (records.empty()) {
    return {};
  }
  // A fixed name: those of other writers hold a process id or the path itself, which may not fit.
  DAVIT_TRY(write_member({.path = "PaxHeader", .link_target = {}, .type = 'x', .mode = 0644, .size = records.size()}));
  DAVIT_TRY(m_sink(records));
  return write_padding(records.size());
}

Status TarWriter::write_padding(std::uint64_t size)
{
  const std::size_t over = size % k_tar_block;
  return over == 0 ? Status{} : m_sink(std::string(k_tar_block - over, '\0'));
}

}  // namespace davit::aws::oci
