// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/helper_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "aws/auth/credentials_document.hpp"
#include "aws/core/file.hpp"
#include "aws/crypto/secret.hpp"

namespace davit::aws::auth {
namespace {

using ProcessClock = std::chrono::steady_clock;

/// Long enough for a person to type a code.
constexpr std::chrono::minutes k_longest_run{2};
constexpr std::size_t k_most_output_bytes = 64U << 10U;

/// This process's variables, with one of them set.
std::vector<std::string> variables_with(const std::pair<std::string, std::string>& variable)
{
  std::vector<std::string> out;
  const std::string name = variable.first + "=";
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (variable.first.empty() || !std::string_view(*entry).starts_with(name)) {
      out.emplace_back(*entry);
    }
  }
  if (!variable.first.empty()) {
    out.push_back(name + variable.second);
  }
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
  std::vector<char*> out;
  std::transform(texts.begin(), texts.end(), std::back_inserter(out), [](std::string& text) { return text.data(); });
  out.push_back(nullptr);
  return out;
}

/// A pipe whose ends are closed with it.
struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() = default;
  ~Pipe()
  {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool open()
  {
    int ends[2];
    const bool made = ::pipe2(ends, O_CLOEXEC) == 0;
    if (made) {
      read_end = ends[0];
      write_end = ends[1];
    }
    return made;
  }
  static void close_end(int& end)
  {
    if (end >= 0) {
      ::close(std::exchange(end, -1));
    }
  }
};

/// 0, or what went wrong.
int spawn(const HelperProgram& program, int input, int output, pid_t& pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words = program.words;
  std::vector<std::string> variables = variables_with(program.variable);
  const auto arguments = pointers_to(words);
  const auto environment = pointers_to(variables);
  const int error = posix_spawnp(&pid, words.front().c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Everything that comes, until the end of the pipe. False when it takes too long or is too much.
bool read_to_end(int fd, std::string& out)
{
  const auto deadline = ProcessClock::now() + k_longest_run;
  while (out.size() <= k_most_output_bytes) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - ProcessClock::now());
    pollfd waiting{fd, POLLIN, 0};
    const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready <= 0) {
      return false;
    }
    char buffer[4096];
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n == 0 || (n < 0 && errno != EINTR)) {
      return n == 0;
    }
    out.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return false;
}

int wait_for(pid_t pid)
{
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<HelperOutput> run_helper_program(const HelperProgram& program)
{
  const std::string& name = program.words.front();
  Pipe input;
  Pipe output;
  pid_t pid = 0;
  const bool piped = input.open() && output.open();
  if (const int error = piped ? spawn(program, input.read_end, output.write_end, pid) : errno; error != 0) {
    return fail(credentials_error(fmt::format("cannot run {}: {}", name, std::strerror(error))));
  }
  Pipe::close_end(input.read_end);
  Pipe::close_end(output.write_end);
  // A program that reads nothing is no error.
  static_cast<void>(write_all(input.write_end, program.input));
  Pipe::close_end(input.write_end);
  std::string out;
  const bool whole = read_to_end(output.read_end, out);
  if (!whole) {
    ::kill(pid, SIGKILL);
  }
  const int status = wait_for(pid);
  if (whole) {
    return HelperOutput{status, std::move(out)};
  }
  crypto::cleanse(out);
  return fail(credentials_error(fmt::format("{} took longer than two minutes or printed more than 64 KiB", name)));
}

}  // namespace davit::aws::auth
