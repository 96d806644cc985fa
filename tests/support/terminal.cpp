// SPDX-License-Identifier: Apache-2.0
#include "tests/support/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace davit::tests {
namespace {

constexpr int k_patience_ms = 10'000;

[[noreturn]] void become_davit(const Invocation& invocation, const std::vector<std::string>& environment, const std::filesystem::path& out)
{
  if (!out.empty()) {
    const int fd = ::open(out.c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(fd, STDOUT_FILENO);
    ::close(fd);
  }
  execute(DAVIT_BINARY, invocation, environment);
}

std::string without_carriage_returns(const std::string& text)
{
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

Terminal::Terminal(const Invocation& invocation, const std::filesystem::path& redirect_stdout)
{
  Invocation at_terminal = invocation;
  at_terminal.environment.try_emplace("TERM", "xterm-256color");
  const auto environment = environment_of(at_terminal, m_home.path());
  const winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  m_child = ::forkpty(&m_fd, nullptr, nullptr, &size);
  if (m_child < 0) {
    throw std::runtime_error("forkpty failed");
  }
  if (m_child == 0) {
    become_davit(at_terminal, environment, redirect_stdout);
  }
  type(invocation.input);
}

Terminal::~Terminal()
{
  if (m_child > 0) {
    ::kill(m_child, SIGKILL);
    ::waitpid(m_child, nullptr, 0);
  }
  ::close(m_fd);
}

void Terminal::type(std::string_view keys)
{
  if (!keys.empty() && ::write(m_fd, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) {
    throw std::runtime_error("cannot type into the terminal");
  }
}

bool Terminal::read_more()
{
  pollfd polled{m_fd, POLLIN, 0};
  if (::poll(&polled, 1, k_patience_ms) == 0) {
    throw std::runtime_error("the process shows nothing more; so far: " + m_shown);
  }
  std::array<char, 4096> buffer{};
  const ssize_t n = ::read(m_fd, buffer.data(), buffer.size());
  // The last process on the terminal is gone: EIO.
  if (n <= 0) {
    return false;
  }
  m_shown.append(buffer.data(), static_cast<std::size_t>(n));
  return true;
}

const std::string& Terminal::wait_for(std::string_view text)
{
  while (m_shown.find(text) == std::string::npos) {
    if (!read_more()) {
      throw std::runtime_error("the process ended without showing '" + std::string(text) + "': " + m_shown);
    }
  }
  return m_shown;
}

Finished Terminal::finish()
{
  while (read_more()) {
  }
  int status = 0;
  ::waitpid(m_child, &status, 0);
  m_child = -1;
  return {
      .exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), .out = without_carriage_returns(m_shown), .err = {}};
}

}  // namespace davit::tests
