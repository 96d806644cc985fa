// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/rooted_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace davit::aws::oci {
namespace {

constexpr int k_open_directory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
// The limit of path_resolution(7).
constexpr int k_most_links = 40;

Error path_error(std::string_view doing, std::string_view path)
{
  const ErrorKind kind = errno == ENOENT ? ErrorKind::not_found : ErrorKind::failed;
  return {.kind = kind, .message = fmt::format("cannot {} '{}': {}", doing, path, std::strerror(errno))};
}

/// The names of a path, last first; empty ones and "." left out.
std::vector<std::string> names_backwards(std::string_view path)
{
  std::vector<std::string> names;
  while (!path.empty()) {
    const std::size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (!name.empty() && name != ".") {
      names.emplace_back(name);
    }
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
  return names;
}

/// Walks from the root down a path, one name at a time, keeping the folders on the way for "..".
class Walk
{
public:
  Walk(int root, std::string_view path, bool create) : m_root(root), m_path(path), m_create(create), m_pending(names_backwards(path)) {}

  Result<Place> run()
  {
    if (m_pending.empty()) {
      return fail(failed_error(fmt::format("'{}' names no entry", m_path)));
    }
    std::string last = m_pending.front();
    m_pending.erase(m_pending.begin());
    while (!m_pending.empty()) {
      std::string name = std::move(m_pending.back());
      m_pending.pop_back();
      DAVIT_TRY(step(name));
    }
    const int fd = ::fcntl(here(), F_DUPFD_CLOEXEC, 0);
    return fd < 0 ? Result<Place>(fail(path_error("open", m_path))) : Place{.parent = Directory{fd}, .name = std::move(last)};
  }

private:
  [[nodiscard]] int here() const { return m_folders.empty() ? m_root : m_folders.back().fd(); }

  Status step(const std::string& name)
  {
    if (name == "..") {
      if (!m_folders.empty()) {
        m_folders.pop_back();
      }
      return {};
    }
    int fd = ::openat(here(), name.c_str(), k_open_directory);
    if (fd < 0 && errno == ENOENT && m_create) {
      if (::mkdirat(here(), name.c_str(), 0755) != 0) {
        return fail(path_error("create a folder of", m_path));
      }
      fd = ::openat(here(), name.c_str(), k_open_directory);
    }
    if (fd >= 0) {
      m_folders.emplace_back(fd);
      return {};
    }
    // Without following it, a link is ENOTDIR or ELOOP.
    return errno == ENOTDIR || errno == ELOOP ? follow(name) : fail(path_error("open", m_path));
  }

  Status follow(const std::string& name)
  {
    char target[PATH_MAX];
    const ssize_t length = ::readlinkat(here(), name.c_str(), target, sizeof target);
    if (length < 0) {
      errno = ENOTDIR;
      return fail(path_error("open", m_path));
    }
    if (++m_links > k_most_links) {
      errno = ELOOP;
      return fail(path_error("open", m_path));
    }
    const std::string_view text(target, static_cast<std::size_t>(length));
    if (text.starts_with('/')) {
      m_folders.clear();
    }
    const auto names = names_backwards(text);
    m_pending.insert(m_pending.end(), names.begin(), names.end());
    return {};
  }

  int m_root;
  std::string_view m_path;
  bool m_create;
  std::vector<std::string> m_pending;
  std::vector<Directory> m_folders;
  int m_links = 0;
};

bool is_directory(const Directory& parent, const std::string& name)
{
  struct stat info {
  };
  return ::fstatat(parent.fd(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

Directory::~Directory()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

Directory::Directory(Directory&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

Directory& Directory::operator=(Directory&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  return *this;
}

Result<RootedDirectory> RootedDirectory::open(const std::filesystem::path& root)
{
  std::error_code error;
  std::filesystem::create_directories(root, error);
  const int fd = ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return fail(path_error("open", root.string()));
  }
  return RootedDirectory{Directory{fd}};
}

Result<Place> RootedDirectory::locate(std::string_view path, bool create) const
{
  const auto names = names_backwards(path);
  if (std::find(names.begin(), names.end(), "..") != names.end()) {
    return fail(failed_error(fmt::format("the path '{}' leads out of the image", path)));
  }
  return Walk(m_root.fd(), path, create).run();
}

Result<std::vector<std::string>> names_in(const Directory& directory)
{
  const int fd = ::openat(directory.fd(), ".", k_open_directory);
  DIR* stream = fd < 0 ? nullptr : ::fdopendir(fd);
  if (stream == nullptr) {
    return fail(path_error("list", "."));
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

Status remove_tree(const Directory& parent, const std::string& name)
{
  if (!is_directory(parent, name)) {
    const bool gone = ::unlinkat(parent.fd(), name.c_str(), 0) == 0 || errno == ENOENT;
    return gone ? Status{} : fail(path_error("remove", name));
  }
  const Directory folder{::openat(parent.fd(), name.c_str(), k_open_directory)};
  if (folder.fd() < 0) {
    return fail(path_error("open", name));
  }
  // A folder that forbids writing forbids removing what is in it.
  ::fchmod(folder.fd(), 0700);
  DAVIT_TRY_ASSIGN(const auto names, names_in(folder));
  for (const auto& child : names) {
    DAVIT_TRY(remove_tree(folder, child));
  }
  return ::unlinkat(parent.fd(), name.c_str(), AT_REMOVEDIR) == 0 ? Status{} : fail(path_error("remove", name));
}

}  // namespace davit::aws::oci
