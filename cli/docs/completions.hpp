// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/docs/model.hpp"

namespace davit::cli::docs {

/// Completion scripts: commands, flags, the words that a flag accepts, files where it takes one. They call nothing and read nothing but the
/// words typed.
std::string bash_completion(const CommandModel& root);
std::string zsh_completion(const CommandModel& root);
std::string fish_completion(const CommandModel& root);

}  // namespace davit::cli::docs
