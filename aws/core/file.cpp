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
  std::string temporary = path.string() + ".XXXXXX";
  Descriptor file{::mkostemp(temporary.data(), O_CLOEXEC)};
  if (!file.valid()) {
    return fail(file_error("cannot write", path));
  }
  const bool written = ::fchmod(file.get(), mode_of(access)) == 0 && write_all(file.get(), content) && ::fsync(file.get()) == 0 &&
                       file.close() && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    Error error = file_error("cannot write", path);
    ::unlink(temporary.c_str());
    return fail(std::move(error));
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
