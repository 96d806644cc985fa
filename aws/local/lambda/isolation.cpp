// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/isolation.hpp"

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>

#include "aws/local/lambda/user_mapping.hpp"

namespace davit::aws::local::lambda {
namespace {

/// Runs the attempt in a child, which it cannot harm.
bool succeeds_in_child(const std::function<bool()>& attempt)
{
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(attempt() ? 0 : 1);
  }
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool has_capability(unsigned capability)
{
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  return ::syscall(SYS_capget, &header, sets.data()) == 0 && (sets[capability / 32].effective >> capability % 32 & 1) != 0;
}

/// Root that was left with a part of its powers may change the root directory and yet not end what it started there, or not give it the
/// devices that programs need, neither by making nor by mounting them.
bool can_chroot()
{
  return ::geteuid() == 0 && has_capability(CAP_KILL) && (has_capability(CAP_MKNOD) || ::unshare(CLONE_NEWNS) == 0) && ::chroot("/") == 0 &&
         become_handler_user();
}

/// Some systems let everybody make a user namespace, but without any power in it.
bool can_enter_namespace(const UserMapping& mapping)
{
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && mapping.write() &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("/dev", "/dev", nullptr, MS_BIND | MS_REC, nullptr) == 0 && ::chroot("/") == 0;
}

}  // namespace

std::string_view name_of(Isolation isolation)
{
  switch (isolation) {
    case Isolation::chroot:
      return "chroot";
    case Isolation::user_namespace:
      return "userns";
    case Isolation::process:
      return "process";
  }
  return {};
}

std::optional<Isolation> isolation_of(std::string_view name)
{
  for (const auto isolation : {Isolation::chroot, Isolation::user_namespace, Isolation::process}) {
    if (name == name_of(isolation)) {
      return isolation;
    }
  }
  return std::nullopt;
}

bool is_possible(Isolation isolation)
{
  switch (isolation) {
    case Isolation::chroot:
      return succeeds_in_child(can_chroot);
    case Isolation::user_namespace: {
      const UserMapping mapping;
      return succeeds_in_child([&mapping] { return can_enter_namespace(mapping); });
    }
    case Isolation::process:
      return true;
  }
  return false;
}

Isolation best_isolation()
{
  for (const auto isolation : {Isolation::chroot, Isolation::user_namespace}) {
    if (is_possible(isolation)) {
      return isolation;
    }
  }
  return Isolation::process;
}

}  // namespace davit::aws::local::lambda
