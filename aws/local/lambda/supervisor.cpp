// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/supervisor.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace davit::aws::local::lambda {
namespace {

/// Kills whom /proc lists as children: decimal numbers with a space after each. False where it does not tell.
bool kill_children()
{
  const int list = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  char text[4096];
  pid_t child = 0;
  for (ssize_t length = 0; (length = ::read(list, text, sizeof text)) > 0;) {
    for (ssize_t i = 0; i < length; ++i) {
      if (text[i] >= '0' && text[i] <= '9') {
        child = child * 10 + (text[i] - '0');
      } else if (child > 0) {
        ::kill(child, SIGKILL);
        child = 0;
      }
    }
  }
  ::close(list);
  return list >= 0;
}

/// The children of each one that is reaped become children of this process: so until there is none left.
void end_descendants()
{
  while (kill_children() && (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR)) {
  }
}

[[noreturn]] void end_as(int status)
{
  if (WIFEXITED(status)) {
    ::_exit(WEXITSTATUS(status));
  }
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(WTERMSIG(status), SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::kill(::getpid(), WTERMSIG(status));
  ::_exit(128 + WTERMSIG(status));
}

void close_all_but(int one, int other)
{
  const auto low = static_cast<unsigned>(std::min(one, other));
  const auto high = static_cast<unsigned>(std::max(one, other));
  ::close_range(3, low - 1, 0);
  ::close_range(low + 1, high - 1, 0);
  ::close_range(high + 1, ~0U, 0);
}

}  // namespace

void Supervisor::run() const
{
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::setpgid(0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != m_parent) {
    ::_exit(1);
  }
  // Not woken each time that the handler is frozen and goes on.
  struct sigaction ends_only = {};
  ends_only.sa_handler = SIG_DFL;
  ends_only.sa_flags = SA_NOCLDSTOP;
  ::sigaction(SIGCHLD, &ends_only, nullptr);
  close_all_but(m_output, m_report);
  const pid_t self = ::getpid();
  const pid_t handler = ::fork();
  if (handler == 0) {
    m_child.run(self);
  }
  ::close(m_output);
  ::close(m_report);
  const int status = handler > 0 ? wait_for_handler(handler) : SIGKILL;
  if (handler > 0) {
    // Where /proc does not tell of its children, at least those who stayed in its process group.
    ::kill(-handler, SIGKILL);
  }
  end_descendants();
  end_as(status);
}

/// Its wait status; that of a killed one when davit wants it gone.
int Supervisor::wait_for_handler(pid_t handler) const
{
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  sigaddset(&awaited, SIGTERM);
  while (true) {
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended == handler) {
        return status;
      }
    }
    if (::sigwaitinfo(&awaited, nullptr) == SIGTERM) {
      return SIGKILL;
    }
  }
}

}  // namespace davit::aws::local::lambda
