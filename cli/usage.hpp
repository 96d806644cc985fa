// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/error.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace davit::cli {

/// The command that was typed, as deep as its words were understood.
const CLI::App& deepest_command(const CLI::App& root);

/// The names of the commands directly below a command.
std::vector<std::string> commands_of(const CLI::App& app);

/// A word that names no command below `command`, with the nearest that does.
Error unknown_command(const CLI::App& command, const std::string& word);

/// What is wrong with the command line, in davit's words: the mistyped command, flag or value, and the nearest that exists.
Error usage_error_of(const CLI::App& root, const CLI::ParseError& error);

}  // namespace davit::cli
