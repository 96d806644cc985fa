// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/user_mapping.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <unistd.h>

namespace davit::aws::local::lambda {
namespace {

bool write_once(const char* path, const char* text, std::size_t length)
{
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && ::write(fd, text, length) == static_cast<ssize_t>(length);
  ::close(fd);
  return written;
}

constexpr uid_t k_user = 993;
constexpr gid_t k_group = 990;

}  // namespace

UserMapping::UserMapping() : m_users(fmt::format("0 {} 1\n", ::geteuid())), m_groups(fmt::format("0 {} 1\n", ::getegid())) {}

bool UserMapping::write() const
{
  // Without setgroups denied the kernel refuses a group mapping by an unprivileged user.
  return write_once("/proc/self/setgroups", "deny", 4) && write_once("/proc/self/uid_map", m_users.data(), m_users.size()) &&
         write_once("/proc/self/gid_map", m_groups.data(), m_groups.size());
}

bool become_handler_user()
{
  return ::setgroups(0, nullptr) == 0 && ::setresgid(k_group, k_group, k_group) == 0 && ::setresuid(k_user, k_user, k_user) == 0;
}

}  // namespace davit::aws::local::lambda
