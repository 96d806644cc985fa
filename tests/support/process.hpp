// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace davit::tests {

/// What a finished process left.
struct Finished {
  int exit_code = -1;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

/// How to run a process. The environment is scrubbed: PATH, HOME (an empty folder), TZ=UTC, LC_ALL=C.UTF-8 and what stands here.
struct Invocation {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment = {};
  std::string input = {};
  std::filesystem::path directory = {};
};

/// Runs the davit binary to its end.
Finished run_davit(const Invocation& invocation);

/// Runs any program found on PATH to its end.
Finished run_program(const std::string& program, const Invocation& invocation);

/// The whole environment of an invocation, "NAME=VALUE" each.
std::vector<std::string> environment_of(const Invocation& invocation, const std::filesystem::path& home);

/// In a forked child: becomes the program with the invocation's arguments and folder.
[[noreturn]] void execute(const std::string& program, const Invocation& invocation, std::vector<std::string> environment);

/// A folder that goes away with the object.
class TemporaryDirectory
{
public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

  /// Writes a file below the folder, with its parents, and returns its path.
  std::filesystem::path write(const std::filesystem::path& relative, const std::string& content) const;

private:
  std::filesystem::path m_path;
};

/// True when the program is on PATH.
bool have_program(const std::string& name);

/// Whether a check that needs something absent may be skipped: never where CI=true, which installs everything.
bool may_skip();

}  // namespace davit::tests

/// Ends a test that cannot run here, with the one line that says why. Fails it where CI=true.
#define DAVIT_SKIP(reason)                                   \
  do {                                                       \
    if (!::davit::tests::may_skip()) {                       \
      FAIL() << "CI must be able to run this: " << (reason); \
    }                                                        \
    GTEST_SKIP() << (reason);                                \
  } while (false)
