// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/root_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "aws/core/file.hpp"
#include "aws/oci/rooted_directory.hpp"

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

struct Device {
  const char* path;
  unsigned major;
  unsigned minor;
};

constexpr Device k_devices[] = {{"dev/null", 1, 3}, {"dev/zero", 1, 5}, {"dev/full", 1, 7}, {"dev/random", 1, 8}, {"dev/urandom", 1, 9}};

Error tree_error(const std::string& path)
{
  return failed_error(fmt::format("cannot make /{} in the image's file tree: {}", path, std::strerror(errno)));
}

Status add_folder(const oci::RootedDirectory& root, const std::string& path, mode_t mode)
{
  DAVIT_TRY_ASSIGN(const auto place, root.locate(path, true));
  if (::mkdirat(place.parent.fd(), place.name.c_str(), mode) != 0 && errno != EEXIST) {
    return fail(tree_error(path));
  }
  return ::fchmodat(place.parent.fd(), place.name.c_str(), mode, AT_SYMLINK_NOFOLLOW) == 0 || errno == EOPNOTSUPP ? Status{}
                                                                                                                  : fail(tree_error(path));
}

/// Writes a file unless the image has one.
Status add_file(const oci::RootedDirectory& root, const std::string& path, std::string_view content)
{
  DAVIT_TRY_ASSIGN(const auto place, root.locate(path, true));
  const int fd = ::openat(place.parent.fd(), place.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) {
    return errno == EEXIST || errno == ELOOP ? Status{} : fail(tree_error(path));
  }
  const bool written = ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  ::close(fd);
  return written ? Status{} : fail(tree_error(path));
}

Status add_device(const oci::RootedDirectory& root, const Device& device)
{
  DAVIT_TRY_ASSIGN(const auto place, root.locate(device.path, true));
  if (::mknodat(place.parent.fd(), place.name.c_str(), S_IFCHR | 0666, makedev(device.major, device.minor)) == 0) {
    return ::fchmodat(place.parent.fd(), place.name.c_str(), 0666, 0) == 0 ? Status{} : fail(tree_error(device.path));
  }
  return errno == EEXIST ? Status{} : add_file(root, device.path, "");
}

}  // namespace

Status prepare_root(const fs::path& root)
{
  // The tree is looked at by another user than its owner.
  if (::chmod(root.c_str(), 0755) != 0) {
    return fail(tree_error(""));
  }
  DAVIT_TRY_ASSIGN(const auto tree, oci::RootedDirectory::open(root));
  DAVIT_TRY(add_folder(tree, "tmp", 01777));
  DAVIT_TRY(add_folder(tree, "proc", 0555));
  DAVIT_TRY(add_folder(tree, "dev", 0755));
  for (const auto& device : k_devices) {
    DAVIT_TRY(add_device(tree, device));
  }
  const auto resolver = read_file("/etc/resolv.conf");
  DAVIT_TRY(add_file(tree, "etc/resolv.conf", resolver ? *resolver : ""));
  return add_file(tree, "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
}

std::optional<std::string> python_version_of(const fs::path& root)
{
  for (const char* folder : {"var/lang/bin", "usr/local/bin", "usr/bin"}) {
    for (int minor = 20; minor >= 6; --minor) {
      std::error_code ignored;
      if (fs::exists(fs::symlink_status(root / folder / fmt::format("python3.{}", minor), ignored))) {
        return fmt::format("3.{}", minor);
      }
    }
  }
  return std::nullopt;
}

}  // namespace davit::aws::local::lambda
