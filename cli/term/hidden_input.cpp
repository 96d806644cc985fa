// SPDX-License-Identifier: Apache-2.0
#include "cli/term/hidden_input.hpp"

#include <termios.h>
#include <unistd.h>

#include <fmt/format.h>

#include "aws/core/interrupt.hpp"

namespace davit::cli {
namespace {

/// While it lives, the terminal does not show what is typed. A signal in between is held back until the terminal is as before.
class EchoOff
{
public:
  EchoOff()
  {
    m_changed = ::tcgetattr(STDIN_FILENO, &m_before) == 0;
    termios silent = m_before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    m_changed = m_changed && ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~EchoOff()
  {
    if (m_changed) {
      ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

private:
  InterruptScope m_scope;
  termios m_before{};
  bool m_changed = false;
};

}  // namespace

Result<std::string> read_hidden(Streams& streams, std::string_view question)
{
  if (!streams.can_prompt()) {
    return fail(usage_error(fmt::format("{} cannot be asked for: there is no terminal", question), "pipe it in, or name a file as @FILE"));
  }
  // Before the question: what is typed between the two would be shown, and thrown away.
  const EchoOff silent;
  DAVIT_TRY(streams.err.write(fmt::format("{}: ", question)));
  std::string line;
  char c = '\0';
  // A signal ends the wait: the handlers of InterruptScope do not restart reads.
  while (::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
    line += c;
  }
  if (interrupted() != 0 || c != '\n') {
    return fail(Error{.kind = ErrorKind::cancelled, .message = "nothing was typed; nothing was changed"});
  }
  return line;
}

}  // namespace davit::cli
