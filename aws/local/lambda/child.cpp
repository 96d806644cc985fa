// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/child.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

constexpr rlim_t k_open_files = 1024;

/// True for a folder or file of the tree itself: a mount over a link of the image would land somewhere else.
bool is_plain(const fs::path& path)
{
  std::error_code error;
  const auto status = fs::symlink_status(path, error);
  return !error && (fs::is_directory(status) || fs::is_regular_file(status));
}

/// What the file system is mounted with already: in a user namespace these may not be taken away.
unsigned long locked_flags(const char* path)
{
  struct statvfs info = {};
  if (::statvfs(path, &info) != 0) {
    return 0;
  }
  return ((info.f_flag & ST_NODEV) != 0 ? MS_NODEV : 0) | ((info.f_flag & ST_NOEXEC) != 0 ? MS_NOEXEC : 0) |
         ((info.f_flag & ST_NOATIME) != 0 ? MS_NOATIME : 0) | ((info.f_flag & ST_RELATIME) != 0 ? MS_RELATIME : 0);
}

}  // namespace

Child::Child(const LaunchPlan& plan, int output, int report) : m_plan(plan), m_output(output), m_report(report), m_root(plan.root.string())
{
  const auto mount = [&](const std::string& source, const char* target) {
    if (is_plain(plan.root / target)) {
      m_mounts.push_back({source, (plan.root / target).string()});
    }
  };
  mount(plan.scratch.string(), "tmp");
  mount("/proc", "proc");
  // Where making devices was not allowed, files stand in their places.
  for (const char* device : {"dev/null", "dev/zero", "dev/full", "dev/random", "dev/urandom"}) {
    mount(std::string("/") + device, device);
  }
  for (const auto& [name, value] : plan.environment) {
    m_settings.push_back(name + "=" + value);
  }
  for (auto& setting : m_settings) {
    m_environment.push_back(setting.data());
  }
  for (const auto& argument : plan.command) {
    m_arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  m_environment.push_back(nullptr);
  m_arguments.push_back(nullptr);
}

void Child::run(pid_t parent) const
{
  ::setpgid(0, 0);
  send({.pid = ::getpid()});
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(m_output, STDOUT_FILENO);
  ::dup2(m_output, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const rlimit files{k_open_files, k_open_files};
  ::setrlimit(RLIMIT_NOFILE, &files);
  isolate();
  if (::chdir(m_plan.working_directory.c_str()) != 0) {
    give_up(ChildReport::Step::enter);
  }
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // After the change of user, which would undo it. The parent may have died before it took effect.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(1);
  }
  execute();
  give_up(ChildReport::Step::execute);
}

void Child::isolate() const
{
  switch (m_plan.isolation) {
    case Isolation::process:
      return;
    case Isolation::user_namespace:
      enter_namespace();
      mount_tree(true);
      break;
    case Isolation::chroot:
      // Where root may not mount (Docker's default), /tmp is shared between the sandboxes of an image.
      if (::unshare(CLONE_NEWNS) == 0) {
        mount_tree(false);
      }
      break;
  }
  if (::chroot(m_root.c_str()) != 0) {
    give_up(ChildReport::Step::isolate);
  }
  if (m_plan.isolation == Isolation::chroot && !become_handler_user()) {
    give_up(ChildReport::Step::isolate);
  }
}

void Child::enter_namespace() const
{
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || !m_mapping.write()) {
    give_up(ChildReport::Step::isolate);
  }
}

/// The tree read-only, as in Lambda, with a /tmp of its own.
void Child::mount_tree(bool required) const
{
  const bool bound = ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                     ::mount(m_root.c_str(), m_root.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0;
  if (!bound) {
    if (required) {
      give_up(ChildReport::Step::isolate);
    }
    return;
  }
  for (const auto& [source, target] : m_mounts) {
    ::mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr);
  }
  ::mount(nullptr, m_root.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | locked_flags(m_root.c_str()), nullptr);
}

void Child::execute() const
{
  int first_error = ENOENT;
  for (const auto& candidate : m_plan.candidates) {
    ::execve(candidate.c_str(), m_arguments.data(), m_environment.data());
    first_error = errno == ENOENT ? first_error : errno;
  }
  errno = first_error;
}

void Child::give_up(ChildReport::Step step) const
{
  send({.pid = ::getpid(), .error = errno, .step = step});
  ::_exit(1);
}

void Child::send(const ChildReport& report) const
{
  static_cast<void>(!::write(m_report, &report, sizeof report));
}

}  // namespace davit::aws::local::lambda
