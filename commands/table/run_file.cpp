// SPDX-License-Identifier: Apache-2.0
#include "commands/table/run_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "aws/core/file.hpp"
#include "aws/http/content.hpp"

namespace davit::commands::table {
namespace {

/// Before each entry: the sizes of its key and its text.
struct Sizes {
  std::uint32_t key;
  std::uint32_t text;
};

Error damaged(const std::string& where)
{
  return failed_error(fmt::format("{} is not as it was written", where), "run the command again without --resume, which begins anew");
}

std::uint64_t total_size(const std::vector<SortedRun>& runs, std::size_t count)
{
  std::uint64_t size = 0;
  std::for_each(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(count), [&](const SortedRun& run) { size += run.size; });
  return size;
}

}  // namespace

Error RunFile::error() const
{
  return failed_error(fmt::format("cannot use {}: {}", m_where, std::strerror(errno)),
                      "what does not fit into memory waits there; make room, or set TMPDIR to a folder with room");
}

Result<RunFile> RunFile::temporary()
{
  const auto folder = std::filesystem::temp_directory_path();
  std::string path = (folder / "davit-XXXXXX").string();
  RunFile file{::mkostemp(path.data(), O_CLOEXEC), fmt::format("a temporary file in {}", folder.string())};
  if (file.m_fd < 0) {
    return fail(file.error());
  }
  ::unlink(path.c_str());
  return file;
}

Result<RunFile> RunFile::open(const std::filesystem::path& path, std::vector<SortedRun> runs)
{
  RunFile file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600), path.string()};
  if (file.m_fd < 0) {
    return fail(file.error());
  }
  if (::flock(file.m_fd, LOCK_EX | LOCK_NB) != 0) {
    return fail(Error{.kind = ErrorKind::conflict, .message = fmt::format("another davit works with {}", path.string())});
  }
  const std::uint64_t size = total_size(runs, runs.size());
  struct stat info {
  };
  if (::fstat(file.m_fd, &info) != 0 || static_cast<std::uint64_t>(info.st_size) < size) {
    return fail(damaged(file.m_where));
  }
  if (::ftruncate(file.m_fd, static_cast<off_t>(size)) != 0 || ::lseek(file.m_fd, 0, SEEK_END) < 0) {
    return fail(file.error());
  }
  file.m_runs = std::move(runs);
  return file;
}

RunFile::~RunFile()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

RunFile::RunFile(RunFile&& other) noexcept
    : m_fd(std::exchange(other.m_fd, -1)),
      m_where(std::move(other.m_where)),
      m_buffer(std::move(other.m_buffer)),
      m_open(other.m_open),
      m_runs(std::move(other.m_runs))
{
}

RunFile& RunFile::operator=(RunFile&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  std::swap(m_where, other.m_where);
  std::swap(m_buffer, other.m_buffer);
  std::swap(m_open, other.m_open);
  std::swap(m_runs, other.m_runs);
  return *this;
}

Status RunFile::append(std::string_view key, std::string_view text)
{
  constexpr std::size_t k_buffer_size = 256 * 1024;
  const Sizes sizes{static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(text.size())};
  char bytes[sizeof sizes];
  std::memcpy(bytes, &sizes, sizeof sizes);
  m_buffer.append(bytes, sizeof bytes);
  (m_buffer += key) += text;
  return m_buffer.size() < k_buffer_size ? Status{} : flush();
}

Status RunFile::flush()
{
  if (!write_all(m_fd, m_buffer)) {
    return fail(error());
  }
  m_open.crc = aws::http::crc32(m_buffer, m_open.crc);
  m_open.size += m_buffer.size();
  m_buffer.clear();
  return {};
}

Status RunFile::finish_run()
{
  DAVIT_TRY(flush());
  m_runs.push_back(std::exchange(m_open, {}));
  return {};
}

RunFile::Reader::Reader(const RunFile& file, std::size_t run, std::size_t buffer_size)
    : m_file(&file), m_run(file.m_runs[run]), m_offset(total_size(file.m_runs, run)), m_left(m_run.size), m_buffer_size(buffer_size)
{
}

Result<bool> RunFile::Reader::advance()
{
  DAVIT_TRY_ASSIGN(const bool any, has(sizeof(Sizes)));
  if (!any) {
    return m_crc == m_run.crc ? Result<bool>(false) : fail(damaged(m_file->m_where));
  }
  Sizes sizes{};
  std::memcpy(&sizes, m_buffer.data() + m_next, sizeof sizes);
  const std::size_t size = sizeof sizes + std::size_t{sizes.key} + sizes.text;
  DAVIT_TRY_ASSIGN(const bool whole, has(size));
  if (!whole) {
    return fail(damaged(m_file->m_where));
  }
  m_key = std::string_view(m_buffer).substr(m_next + sizeof sizes, sizes.key);
  m_text = std::string_view(m_buffer).substr(m_next + sizeof sizes + sizes.key, sizes.text);
  m_next += size;
  return true;
}

/// Whether so many bytes follow in the buffer, which is filled from the file for them.
Result<bool> RunFile::Reader::has(std::size_t bytes)
{
  const std::size_t there = m_buffer.size() - m_next;
  if (there >= bytes) {
    return true;
  }
  if (there + m_left < bytes) {
    return m_left == 0 && there == 0 ? Result<bool>(false) : fail(damaged(m_file->m_where));
  }
  m_buffer.erase(0, m_next);
  m_next = 0;
  m_buffer.resize(std::min<std::uint64_t>(std::max(bytes, m_buffer_size), there + m_left));
  for (std::size_t at = there; at < m_buffer.size();) {
    const ssize_t n = ::pread(m_file->m_fd, m_buffer.data() + at, m_buffer.size() - at, static_cast<off_t>(m_offset));
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      return fail(n == 0 ? damaged(m_file->m_where) : m_file->error());
    }
    at += static_cast<std::size_t>(n);
    m_offset += static_cast<std::uint64_t>(n);
  }
  m_left -= m_buffer.size() - there;
  m_crc = aws::http::crc32(std::string_view(m_buffer).substr(there), m_crc);
  return true;
}

}  // namespace davit::commands::table
