// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::cli {

/// A program that a command runs to its end. Its stdin is empty; secrets never belong into its arguments.
struct Program {
  std::vector<std::string> arguments;                                  ///< the first is the program, looked up on PATH
  std::map<std::string, std::optional<std::string>> environment = {};  ///< set, or unset, on top of davit's own
  std::filesystem::path directory = {};
  std::function<void(std::string_view line)> on_line = {};  ///< sees each line of output as it comes
};

struct FinishedProgram {
  int exit_code = -1;  ///< 128 + signal when a signal ended it
  std::string output;  ///< stdout and stderr, in the order in which they were written
};

/// Not found when there is no such program. When davit is interrupted (aws/core/interrupt.hpp) the program is asked to end, then waited
/// for, and the error is cancelled.
Result<FinishedProgram> run_program(const Program& program);

/// True when the program is on PATH.
bool have_program(std::string_view name);

}  // namespace davit::cli
