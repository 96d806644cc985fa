// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/isolation.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

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
      return succeeds_in_child([] { return ::geteuid() == 0 && ::chroot("/") == 0; });
    case Isolation::user_namespace: {
      const UserMapping mapping;
      return succeeds_in_child([&mapping] {
        return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && mapping.write() &&
               ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
      });
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
