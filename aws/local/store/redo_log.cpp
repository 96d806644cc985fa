// SPDX-License-Identifier: Apache-2.0
#include "aws/local/store/redo_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace davit::aws::local::store {
namespace {

/// In front of each record, in the byte order of the machine: the file never leaves it.
struct Header {
  std::int64_t number = 0;
  std::uint64_t length = 0;
  std::uint64_t checksum = 0;
};

std::uint64_t checksum_of(std::int64_t number, std::string_view record)
{
  return libdeflate_crc32(static_cast<std::uint32_t>(number), record.data(), record.size());
}

Error log_error(const std::filesystem::path& path, std::string_view doing)
{
  return failed_error(fmt::format("{} {}: {}", doing, path.string(), std::strerror(errno)));
}

}  // namespace

Result<std::unique_ptr<RedoLog>> RedoLog::open(const std::filesystem::path& path)
{
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(log_error(path, "opening"));
  }
  return std::unique_ptr<RedoLog>(new RedoLog(file, path));
}

RedoLog::~RedoLog()
{
  ::close(m_file);
}

Status RedoLog::append(std::int64_t number, std::string_view record)
{
  const Header header{number, record.size(), checksum_of(number, record)};
  const iovec parts[] = {{const_cast<Header*>(&header), sizeof header}, {const_cast<char*>(record.data()), record.size()}};
  const std::size_t length = sizeof header + record.size();
  ssize_t written = 0;
  do {
    written = ::pwritev(m_file, parts, 2, static_cast<off_t>(m_size));
  } while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(length)) {
    // What is there of it has no number that anything follows, and the next record overwrites it.
    errno = written < 0 ? errno : ENOSPC;
    return fail(log_error(m_path, "writing"));
  }
  m_size += length;
  return {};
}

Result<std::string> RedoLog::read_all()
{
  struct stat status {
  };
  if (::fstat(m_file, &status) != 0) {
    return fail(log_error(m_path, "reading"));
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t count = ::pread(m_file, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (count == 0) {
      bytes.resize(at);
    } else if (count > 0) {
      at += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return fail(log_error(m_path, "reading"));
    }
  }
  return bytes;
}

Status RedoLog::for_each(std::int64_t after, const std::function<Status(std::int64_t, std::string_view)>& function)
{
  DAVIT_TRY_ASSIGN(const std::string bytes, read_all());
  std::string_view rest = bytes;
  Header header;
  for (std::int64_t last = after; rest.size() >= sizeof header; last = std::max(last, header.number)) {
    std::memcpy(&header, rest.data(), sizeof header);
    rest.remove_prefix(sizeof header);
    const std::string_view record = rest.substr(0, header.length);
    const bool in_order = header.number <= after || header.number == last + 1;
    if (record.size() != header.length || !in_order || checksum_of(header.number, record) != header.checksum) {
      break;
    }
    rest.remove_prefix(record.size());
    m_size = bytes.size() - rest.size();
    if (header.number > after) {
      DAVIT_TRY(function(header.number, record));
    }
  }
  return {};
}

void RedoLog::clear()
{
  // If it fails, the old records stay behind the new ones, and their numbers tell that they do not belong there.
  static_cast<void>(::ftruncate(m_file, 0));
  m_size = 0;
}

}  // namespace davit::aws::local::store
