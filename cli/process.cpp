// SPDX-License-Identifier: Apache-2.0
#include "cli/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "aws/core/interrupt.hpp"

extern char** environ;

namespace davit::cli {
namespace {

constexpr int k_poll_ms = 100;

/// "NAME=value" lines of davit's environment with the program's changes.
std::vector<std::string> environment_of(const Program& program)
{
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!program.environment.contains(std::string(text.substr(0, text.find('='))))) {
      out.emplace_back(text);
    }
  }
  for (const auto& [name, value] : program.environment) {
    if (value) {
      out.push_back(name + "=" + *value);
    }
  }
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
  std::vector<char*> out;
  for (auto& text : texts) {
    out.push_back(text.data());
  }
  out.push_back(nullptr);
  return out;
}

/// Starts the program in a process group of its own, so that Ctrl-C reaches it through davit alone. The error is an errno.
int spawn(const Program& program, int output, pid_t& pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  if (!program.directory.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&actions, program.directory.c_str());
  }
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM}) {
    ::sigaddset(&defaults, signal);
  }
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  auto arguments = program.arguments;
  auto environment = environment_of(program);
  const int failed = ::posix_spawnp(&pid, arguments.front().c_str(), &actions, &attributes, pointers_to(arguments).data(),
                                    pointers_to(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  return failed;
}

/// Hands over whole lines as they come in.
class LineReader
{
public:
  explicit LineReader(const Program& program) : m_program(program) {}

  void add(std::string_view bytes)
  {
    m_output += bytes;
    for (std::size_t end = m_output.find('\n', m_line); end != std::string::npos; end = m_output.find('\n', m_line)) {
      if (m_program.on_line) {
        m_program.on_line(std::string_view(m_output).substr(m_line, end - m_line));
      }
      m_line = end + 1;
    }
  }

  [[nodiscard]] std::string take() { return std::move(m_output); }

private:
  const Program& m_program;
  std::string m_output;
  std::size_t m_line = 0;
};

/// Reads until the program and all it started have closed their output, passing an interruption on once.
void pump(int fd, pid_t pid, LineReader& reader)
{
  char buffer[65536];
  bool told = false;
  while (true) {
    if (interrupted() != 0 && !std::exchange(told, true)) {
      ::kill(-pid, SIGTERM);
    }
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    const int count = ::poll(&ready, 1, k_poll_ms);
    if (count <= 0) {
      continue;
    }
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n == 0 || (n < 0 && errno != EINTR)) {
      return;
    }
    reader.add(std::string_view(buffer, n > 0 ? static_cast<std::size_t>(n) : 0));
  }
}

int wait_for(pid_t pid)
{
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<FinishedProgram> run_program(const Program& program)
{
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(failed_error(fmt::format("cannot run {}: {}", program.arguments.front(), std::strerror(errno))));
  }
  pid_t pid = 0;
  const int failed = spawn(program, ends[1], pid);
  ::close(ends[1]);
  if (failed != 0) {
    ::close(ends[0]);
    const ErrorKind kind = failed == ENOENT ? ErrorKind::not_found : ErrorKind::failed;
    return fail({.kind = kind, .message = fmt::format("cannot run {}: {}", program.arguments.front(), std::strerror(failed))});
  }
  LineReader reader(program);
  pump(ends[0], pid, reader);
  ::close(ends[0]);
  const int exit_code = wait_for(pid);
  if (interrupted() != 0) {
    return fail({.kind = ErrorKind::cancelled, .message = fmt::format("interrupted while {} was running", program.arguments.front())});
  }
  return FinishedProgram{.exit_code = exit_code, .output = reader.take()};
}

bool have_program(std::string_view name)
{
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string candidate = std::string(rest.substr(0, colon)) + "/" + std::string(name);
    if (::access(candidate.c_str(), X_OK) == 0) {
      return true;
    }
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return false;
}

}  // namespace davit::cli
