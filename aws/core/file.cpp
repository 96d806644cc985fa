// SPDX-License-Identifier: Apache-2.0
#include "aws/core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace davit {
namespace {

/// Owns a file descriptor.
class Descriptor
{
public:
  explicit Descriptor(int fd) : m_fd(fd) {}
  ~Descriptor() { static_cast<void>(close()); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return m_fd; }
  [[nodiscard]] bool valid() const { return m_fd >= 0; }

  /// Closing reports write errors on some file systems.
  bool close()
  {
    const int fd = std::exchange(m_fd, -1);
    return fd < 0 || ::close(fd) == 0;
  }

private:
  int m_fd;
};

Error file_error(std::string_view doing, const std::filesystem::path& path)
{
  return usage_error(fmt::format("{} {}: {}", doing, path.string(), std::strerror(errno)));
}

/// A pipe, a terminal or /dev/null: nothing to put a file in the place of.
bool is_device(const std::filesystem::path& path)
{
  struct stat info {
  };
  return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

mode_t mode_of(Access access)
{
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return access == Access::owner_only ? 0600 : 0666 & ~mask;
}

}  // namespace

bool write_all(int fd, std::string_view content)
{
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

Result<std::string> read_file(const std::filesystem::path& path)
{
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.valid()) {
    return fail(file_error("cannot read", path));
  }
  struct stat info {
  };
  std::string content;
  if (::fstat(file.get(), &info) == 0 && info.st_size > 0) {
    content.reserve(static_cast<std::size_t>(info.st_size));
  }
  char buffer[65536];
  ssize_t n = 0;
  while ((n = ::read(file.get(), buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno != EINTR) {
      return fail(file_error("cannot read", path));
    }
    content.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return content;
}

Status write_file(const std::filesystem::path& path, std::string_view content, Access access)
{
  DAVIT_TRY_ASSIGN(auto file, FileReplacement::open(path, access));
  DAVIT_TRY(file.write(content));
  return file.commit();
}

FileReplacement::FileReplacement(int fd, std::filesystem::path path, std::string temporary)
    : m_fd(fd), m_path(std::move(path)), m_temporary(std::move(temporary))
{
}

FileReplacement::FileReplacement(FileReplacement&& other) noexcept
    : m_fd(std::exchange(other.m_fd, -1)),
      m_path(std::move(other.m_path)),
      m_temporary(std::move(other.m_temporary)),
      m_buffer(std::move(other.m_buffer))
{
}

FileReplacement::~FileReplacement()
{
  if (m_fd >= 0) {
    ::close(m_fd);
    if (!m_temporary.empty()) {
      ::unlink(m_temporary.c_str());
    }
  }
}

Result<FileReplacement> FileReplacement::open(const std::filesystem::path& path, Access access)
{
  if (is_device(path)) {
    const int device = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    return device < 0 ? Result<FileReplacement>(fail(file_error("cannot write", path))) : FileReplacement{device, path, {}};
  }
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) {
    return fail(file_error("cannot write", path));
  }
  FileReplacement file{fd, path, std::move(temporary)};
  if (::fchmod(fd, mode_of(access)) != 0) {
    return fail(file_error("cannot write", path));
  }
  return file;
}

Status FileReplacement::write(std::string_view text)
{
  constexpr std::size_t k_buffer_size = 65536;
  m_buffer += text;
  return m_buffer.size() < k_buffer_size ? Status{} : flush();
}

Status FileReplacement::flush()
{
  if (!write_all(m_fd, m_buffer)) {
    return fail(file_error("cannot write", m_path));
  }
  m_buffer.clear();
  return {};
}

Status FileReplacement::commit()
{
  DAVIT_TRY(flush());
  const bool replaces = !m_temporary.empty();
  if (replaces && (::fsync(m_fd) != 0 || ::rename(m_temporary.c_str(), m_path.c_str()) != 0)) {
    return fail(file_error("cannot write", m_path));
  }
  // Some file systems report a failed write only here; the data is on the disk already.
  if (::close(std::exchange(m_fd, -1)) != 0) {
    return fail(file_error("cannot write", m_path));
  }
  return {};
}

Status create_file(const std::filesystem::path& path, std::string_view content)
{
  Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
  if (!file.valid()) {
    Error error = file_error("cannot create", path);
    error.kind = errno == EEXIST ? ErrorKind::conflict : error.kind;
    return fail(std::move(error));
  }
  if (!write_all(file.get(), content) || !file.close()) {
    Error error = file_error("cannot write", path);
    ::unlink(path.c_str());
    return fail(std::move(error));
  }
  return {};
}

}  // namespace davit
