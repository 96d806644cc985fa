// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace davit::tests {
namespace {

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe()
  {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("pipe2 failed");
    }
  }
  ~Pipe()
  {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t which)
  {
    if (ends[which] >= 0) {
      ::close(ends[which]);
      ends[which] = -1;
    }
  }
};

std::vector<char*> pointers(std::vector<std::string>& strings)
{
  std::vector<char*> out;
  for (auto& string : strings) {
    out.push_back(string.data());
  }
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void become(const std::string& program, const Invocation& invocation, std::vector<std::string> environment,
                         const std::array<int, 3>& fds)
{
  std::signal(SIGPIPE, SIG_DFL);
  for (int target = 0; target < 3; ++target) {
    ::dup2(fds[static_cast<std::size_t>(target)], target);
  }
  execute(program, invocation, std::move(environment));
}

/// Moves bytes between the child's pipes and the strings until the child has closed its ends.
void exchange(Pipe& in, Pipe& out, Pipe& err, std::string_view input, Finished& finished)
{
  // A program that ends without reading its input closes the pipe: an error of write, not the end of the test.
  std::signal(SIGPIPE, SIG_IGN);
  ::fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    if (input.empty()) {
      in.close_end(1);
    }
    std::array<pollfd, 3> polled{{{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), -1);
    if (polled[0].revents != 0) {
      const ssize_t n = ::write(in.ends[1], input.data(), input.size());
      input.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : errno == EAGAIN ? 0 : input.size());
    }
    const auto drain = [](Pipe& pipe, const pollfd& state, std::string& into) {
      std::array<char, 65536> buffer{};
      if (state.revents == 0) {
        return;
      }
      const ssize_t n = ::read(pipe.ends[0], buffer.data(), buffer.size());
      if (n > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(n));
      } else {
        pipe.close_end(0);
      }
    };
    drain(out, polled[1], finished.out);
    drain(err, polled[2], finished.err);
  }
}

}  // namespace

std::vector<std::string> environment_of(const Invocation& invocation, const std::filesystem::path& home)
{
  const char* path = std::getenv("PATH");
  std::map<std::string, std::string> variables{{"PATH", path == nullptr ? "/usr/bin:/bin" : path},
                                               {"HOME", home.string()},
                                               {"TZ", "UTC"},
                                               {"LC_ALL", "C.UTF-8"},
                                               {"AWS_EC2_METADATA_DISABLED", "true"}};
  // Sanitizer settings and the place of the test tools belong to the test run, not to the case.
  for (const char* passed : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "DAVIT_TEST_TOOLS", "CI"}) {
    if (const char* value = std::getenv(passed)) {
      variables[passed] = value;
    }
  }
  for (const auto& [name, value] : invocation.environment) {
    variables[name] = value;
  }
  std::vector<std::string> out;
  for (const auto& [name, value] : variables) {
    out.push_back(name + "=" + value);
  }
  return out;
}

void execute(const std::string& program, const Invocation& invocation, std::vector<std::string> environment)
{
  std::vector<std::string> arguments{program};
  arguments.insert(arguments.end(), invocation.arguments.begin(), invocation.arguments.end());
  if (!invocation.directory.empty() && ::chdir(invocation.directory.c_str()) != 0) {
    ::_exit(126);
  }
  ::execvpe(program.c_str(), pointers(arguments).data(), pointers(environment).data());
  ::_exit(127);
}

Finished run_program(const std::string& program, const Invocation& invocation)
{
  TemporaryDirectory home;
  Pipe in;
  Pipe out;
  Pipe err;
  auto environment = environment_of(invocation, home.path());
  const pid_t child = ::fork();
  if (child == 0) {
    become(program, invocation, std::move(environment), {in.ends[0], out.ends[1], err.ends[1]});
  }
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);
  Finished finished;
  exchange(in, out, err, invocation.input, finished);
  int status = 0;
  ::waitpid(child, &status, 0);
  finished.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return finished;
}

Finished run_davit(const Invocation& invocation)
{
  return run_program(DAVIT_BINARY, invocation);
}

TemporaryDirectory::TemporaryDirectory()
{
  std::string name = (std::filesystem::temp_directory_path() / "davit-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("mkdtemp failed");
  }
  m_path = name;
}

TemporaryDirectory::~TemporaryDirectory()
{
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

std::filesystem::path TemporaryDirectory::write(const std::filesystem::path& relative, const std::string& content) const
{
  const auto path = m_path / relative;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

bool have_program(const std::string& name)
{
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto folder = rest.substr(0, rest.find(':'));
    if (::access((std::string(folder) + "/" + name).c_str(), X_OK) == 0) {
      return true;
    }
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
  }
  return false;
}

bool may_skip()
{
  const char* ci = std::getenv("CI");
  return ci == nullptr || std::string_view(ci) != "true";
}

}  // namespace davit::tests
