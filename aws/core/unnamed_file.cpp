// SPDX-License-Identifier: Apache-2.0
#include "aws/core/unnamed_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "aws/core/file.hpp"

namespace davit {
namespace {

Error unnamed_file_error()
{
  std::error_code ignored;
  return failed_error(
      fmt::format("cannot use a temporary file in {}: {}", std::filesystem::temp_directory_path(ignored).string(), std::strerror(errno)),
      "what does not fit into memory is kept there; set TMPDIR to a folder with room");
}

}  // namespace

UnnamedFile::~UnnamedFile()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

UnnamedFile::UnnamedFile(UnnamedFile&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)), m_size(other.m_size) {}

UnnamedFile& UnnamedFile::operator=(UnnamedFile&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  std::swap(m_size, other.m_size);
  return *this;
}

Result<UnnamedFile> UnnamedFile::create()
{
  std::error_code ignored;
  std::string path = (std::filesystem::temp_directory_path(ignored) / "davit-XXXXXX").string();
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) {
    return fail(unnamed_file_error());
  }
  ::unlink(path.c_str());
  return UnnamedFile{fd};
}

Status UnnamedFile::write(std::string_view bytes)
{
  if (!write_all(m_fd, bytes)) {
    return fail(unnamed_file_error());
  }
  m_size += bytes.size();
  return {};
}

Result<std::size_t> UnnamedFile::read(std::uint64_t offset, char* to, std::size_t size) const
{
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t n = ::pread(m_fd, to + filled, size - filled, static_cast<off_t>(offset + filled));
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return fail(unnamed_file_error());
    }
    if (n == 0) {
      break;
    }
    filled += static_cast<std::size_t>(n);
  }
  return filled;
}

}  // namespace davit
