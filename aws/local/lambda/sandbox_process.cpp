// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/sandbox_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "aws/local/lambda/supervisor.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr int k_gathering_ms = 5;
/// Half of what a pipe holds.
constexpr std::size_t k_much_output = 32 * 1024;

/// A pipe whose ends close with it.
struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe()
  {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) == 0) {
      read_end = ends[0];
      write_end = ends[1];
    }
  }
  ~Pipe()
  {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  static void close_end(int& fd)
  {
    if (fd >= 0) {
      ::close(fd);
      fd = -1;
    }
  }
};

/// Lambda's messages come from Go, which writes what C writes with a capital letter without one.
std::string lower_first(std::string text)
{
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

std::string describe(const ChildReport& failure, const LaunchPlan& plan)
{
  const std::string reason = lower_first(std::strerror(failure.error));
  switch (failure.step) {
    case ChildReport::Step::started:
      break;
    case ChildReport::Step::isolate:
      return fmt::format("isolation {}: {}", name_of(plan.isolation), reason);
    case ChildReport::Step::enter:
      return fmt::format("chdir {}: {}", plan.working_directory, reason);
    case ChildReport::Step::execute:
      return fmt::format("fork/exec {}: {}", plan.command.front(), reason);
  }
  return reason;
}

}  // namespace

std::string ProcessEnd::to_string() const
{
  return signal == 0 ? fmt::format("exit status {}", exit_status) : "signal: " + lower_first(::strsignal(signal));
}

SandboxProcess::SandboxProcess(LaunchPlan plan, OnOutput on_output, OnEnd on_end)
    : m_plan(std::move(plan)), m_on_output(std::move(on_output)), m_on_end(std::move(on_end)), m_keeper([this] { run(); })
{
}

SandboxProcess::~SandboxProcess()
{
  kill();
  m_keeper.join();
}

void SandboxProcess::run()
{
  Pipe output;
  Pipe report;
  ::fcntl(output.read_end, F_SETFL, O_NONBLOCK);
  const Child child(m_plan, output.write_end, report.write_end);
  const Supervisor supervisor(child, output.write_end, report.write_end);
  {
    const std::lock_guard lock(m_mutex);
    m_pid = m_kill_asked ? -1 : ::fork();
    if (m_pid == 0) {
      supervisor.run();
    }
    m_output = output.read_end;
  }
  Pipe::close_end(output.write_end);
  Pipe::close_end(report.write_end);
  read_reports(report.read_end);
  read_until_end();
  finish();
}

/// Until the handler is executed, which closes the descriptor, or has given up.
void SandboxProcess::read_reports(int fd)
{
  ChildReport report;
  while (m_pid > 0 && ::read(fd, &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
    if (report.step != ChildReport::Step::started) {
      m_end.started = false;
      m_end.start_error = describe(report, m_plan);
    }
    const std::lock_guard lock(m_mutex);
    m_handler = report.pid;
    m_status = ProcessStatus(m_handler);
  }
}

/// Reads output until the process has ended. Its children may hold the pipe open longer, so the end of the pipe says nothing.
void SandboxProcess::read_until_end()
{
  if (m_pid <= 0) {
    return;
  }
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0));
  std::array<pollfd, 2> watched{{{.fd = m_output, .events = POLLIN}, {.fd = process, .events = POLLIN}}};
  while ((watched[1].revents & POLLIN) == 0) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      break;
    }
    const bool is_much = drain() > k_much_output;
    if ((watched[0].revents & (POLLHUP | POLLERR)) != 0) {
      watched[0].fd = -1;
    }
    // Lines come one after the other, and at the end of an invocation they are fetched: waking up for each is a waste.
    ::poll(&watched[1], 1, is_much ? 0 : k_gathering_ms);
  }
  ::close(process);
}

void SandboxProcess::finish()
{
  drain();
  {
    const std::lock_guard lock(m_mutex);
    int status = 0;
    rusage usage = {};
    if (m_pid > 0) {
      ::wait4(m_pid, &status, 0, &usage);
    } else {
      m_end.started = false;
    }
    m_end.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    m_end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    m_end.peak_memory_mb = static_cast<int>((usage.ru_maxrss + 1023) / 1024);
    m_pid = -1;
    m_handler = -1;
    m_output = -1;
  }
  m_on_end(m_end);
  const std::lock_guard lock(m_mutex);
  m_has_ended = true;
  m_ended.notify_all();
}

bool SandboxProcess::wait_for_end(std::chrono::steady_clock::time_point deadline)
{
  std::unique_lock lock(m_mutex);
  return m_ended.wait_until(lock, deadline, [this] { return m_has_ended; });
}

void SandboxProcess::kill()
{
  const std::lock_guard lock(m_mutex);
  m_kill_asked = true;
  if (m_pid > 0) {
    ::kill(m_pid, SIGTERM);
  }
}

void SandboxProcess::terminate()
{
  const std::lock_guard lock(m_mutex);
  if (m_handler > 0) {
    ::kill(m_handler, SIGTERM);
  }
}

void SandboxProcess::freeze()
{
  const std::lock_guard lock(m_mutex);
  if (m_is_frozen || m_handler <= 0) {
    return;
  }
  m_is_frozen = true;
  ::kill(-m_handler, SIGSTOP);
  // The handler's group is nearly always all there is.
  m_strays = processes_below(m_pid);
  std::erase_if(m_strays, [this](pid_t process) { return ::getpgid(process) == m_handler; });
  signal_strays(SIGSTOP);
}

void SandboxProcess::thaw()
{
  const std::lock_guard lock(m_mutex);
  if (!m_is_frozen || m_handler <= 0) {
    return;
  }
  m_is_frozen = false;
  ::kill(-m_handler, SIGCONT);
  signal_strays(SIGCONT);
}

void SandboxProcess::signal_strays(int signal)
{
  for (const pid_t process : m_strays) {
    ::kill(process, signal);
  }
}

std::size_t SandboxProcess::drain()
{
  const std::lock_guard lock(m_mutex);
  std::size_t sum = 0;
  std::array<char, 16384> bytes;
  ssize_t length = 0;
  while (m_output >= 0 && ((length = ::read(m_output, bytes.data(), bytes.size())) > 0 || (length < 0 && errno == EINTR))) {
    if (length > 0) {
      m_on_output({bytes.data(), static_cast<std::size_t>(length)});
      sum += static_cast<std::size_t>(length);
    }
  }
  return sum;
}

int SandboxProcess::memory_mb() const
{
  const std::lock_guard lock(m_mutex);
  int kilobytes = 0;
  if (m_handler > 0) {
    auto processes = processes_below(m_pid);
    // Where /proc does not tell of children, at least the handler itself.
    if (std::find(processes.begin(), processes.end(), m_handler) == processes.end()) {
      processes.push_back(m_handler);
    }
    for (const pid_t process : processes) {
      kilobytes += used_memory_kb(process);
    }
  }
  return (kilobytes + 1023) / 1024;
}

int SandboxProcess::peak_memory_mb() const
{
  const std::lock_guard lock(m_mutex);
  return m_handler > 0 ? (m_status.peak_memory_kb() + 1023) / 1024 : 0;
}

}  // namespace davit::aws::local::lambda
