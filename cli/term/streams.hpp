// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::cli {

/// Keeps the three standard descriptors from being given to files: one that is closed is opened so that its use fails.
void occupy_standard_descriptors();

/// A buffered stream over a file descriptor that it does not own. Every write is checked.
class OutStream
{
public:
  explicit OutStream(int fd);
  ~OutStream();
  OutStream(const OutStream&) = delete;
  OutStream& operator=(const OutStream&) = delete;

  /// A full disk is a failed error. A reader that went away is no error of the command: later writes are dropped, see reader_is_gone().
  Status write(std::string_view text);
  Status flush();

  [[nodiscard]] bool is_terminal() const { return m_is_terminal; }
  [[nodiscard]] bool reader_is_gone() const { return m_reader_is_gone; }

private:
  int m_fd;
  bool m_is_terminal;
  bool m_reader_is_gone = false;
  std::string m_buffer;
};

/// When to colour what goes to a terminal.
enum class ColorWhen { automatic, always, never };

/// The three standard streams and what is known about the terminal behind each.
class Streams
{
public:
  Streams();

  OutStream out;  ///< results
  OutStream err;  ///< everything else

  [[nodiscard]] bool stdin_is_terminal() const;

  /// --color, then NO_COLOR (present and not empty), CLICOLOR_FORCE or FORCE_COLOR (not 0), then whether it is a terminal that can.
  [[nodiscard]] bool use_color(const OutStream& stream) const;
  void set_color(ColorWhen when) { m_color = when; }

  /// Whether davit may ask a question: stdin and stderr are terminals, and --no-input was not given.
  [[nodiscard]] bool can_prompt() const;
  void forbid_prompts() { m_prompts_forbidden = true; }

  /// Everything on stdin until its end. Usage error on a terminal, where waiting would look like a hang; `what` names what is expected.
  [[nodiscard]] Result<std::string> read_stdin(std::string_view what) const;

private:
  ColorWhen m_color = ColorWhen::automatic;
  bool m_prompts_forbidden = false;
};

}  // namespace davit::cli
