// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// A program that hands out credentials.
struct HelperProgram {
  std::vector<std::string> words;                     ///< the first is looked up on PATH
  std::string input = {};                             ///< what it reads; at most a few kilobytes
  std::pair<std::string, std::string> variable = {};  ///< set on top of this process's variables; none when its name is empty
};

struct HelperOutput {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string text;   ///< a secret: to be cleansed
};

/// Runs the program without a shell and returns what it prints. Its standard error is the user's, and it may take two minutes. Credentials
/// error, which names the program but not its arguments, which may hold a secret.
Result<HelperOutput> run_helper_program(const HelperProgram& program);

}  // namespace davit::aws::auth
