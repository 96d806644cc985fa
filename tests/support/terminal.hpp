// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "tests/support/process.hpp"

namespace davit::tests {

/// A process on a terminal of its own (80 columns, TERM=xterm-256color): what a person at a keyboard sees and types.
/// Throws when the process shows nothing more for ten seconds.
class Terminal
{
public:
  /// Starts the davit binary. `invocation.input` is typed at once. With `redirect_stdout` its stdout goes to that file instead.
  explicit Terminal(const Invocation& invocation, const std::filesystem::path& redirect_stdout = {});
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(std::string_view keys);

  /// Everything shown so far, once it contains `text`.
  const std::string& wait_for(std::string_view text);

  [[nodiscard]] pid_t pid() const { return m_child; }

  /// Everything shown until the process ended, with LF for the terminal's CR LF, and its exit code, 128 + signal when one ended it.
  Finished finish();

private:
  bool read_more();

  pid_t m_child = -1;
  int m_fd = -1;
  TemporaryDirectory m_home;
  std::string m_shown;
};

}  // namespace davit::tests
