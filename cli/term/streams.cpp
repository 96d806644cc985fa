// SPDX-License-Identifier: Apache-2.0
#include "cli/term/streams.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace davit::cli {
namespace {

constexpr std::size_t k_buffer_size = 65536;

std::string_view variable(const char* name)
{
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool forced(const char* name)
{
  const std::string_view value = variable(name);
  return !value.empty() && value != "0";
}

}  // namespace

void occupy_standard_descriptors()
{
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) {
      // The wrong way on purpose. The lowest free number, which open() gives, is this one.
      static_cast<void>(::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }
  }
}

OutStream::OutStream(int fd) : m_fd(fd), m_is_terminal(::isatty(fd) == 1) {}

OutStream::~OutStream()
{
  static_cast<void>(flush());
}

Status OutStream::write(std::string_view text)
{
  m_buffer += text;
  const bool show_at_once = m_is_terminal || m_fd == STDERR_FILENO;
  return show_at_once || m_buffer.size() >= k_buffer_size ? flush() : Status{};
}

Status OutStream::flush()
{
  std::string_view rest = m_buffer;
  while (!rest.empty() && !m_reader_is_gone) {
    const ssize_t n = ::write(m_fd, rest.data(), rest.size());
    if (n >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EPIPE) {
      m_reader_is_gone = true;
    } else if (errno != EINTR) {
      m_buffer.clear();
      return fail(failed_error(fmt::format("cannot write the output: {}", std::strerror(errno))));
    }
  }
  m_buffer.clear();
  return {};
}

Streams::Streams() : out(STDOUT_FILENO), err(STDERR_FILENO) {}

bool Streams::stdin_is_terminal() const
{
  return ::isatty(STDIN_FILENO) == 1;
}

bool Streams::use_color(const OutStream& stream) const
{
  if (m_color != ColorWhen::automatic) {
    return m_color == ColorWhen::always;
  }
  if (!variable("NO_COLOR").empty()) {
    return false;
  }
  if (forced("CLICOLOR_FORCE") || forced("FORCE_COLOR")) {
    return true;
  }
  const std::string_view terminal = variable("TERM");
  return stream.is_terminal() && !terminal.empty() && terminal != "dumb";
}

bool Streams::can_prompt() const
{
  return !m_prompts_forbidden && stdin_is_terminal() && err.is_terminal();
}

Result<std::string> Streams::read_stdin(std::string_view what) const
{
  if (stdin_is_terminal()) {
    return fail(usage_error(fmt::format("{} is expected on standard input, which is a terminal", what), "pipe it in, or name a file"));
  }
  std::string content;
  char buffer[65536];
  ssize_t n = 0;
  while ((n = ::read(STDIN_FILENO, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno != EINTR) {
      return fail(usage_error(fmt::format("cannot read standard input: {}", std::strerror(errno))));
    }
    content.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return content;
}

}  // namespace davit::cli
