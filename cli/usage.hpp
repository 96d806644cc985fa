// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/error.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace davit::cli {

/// A word marked so that CLI11 takes it for a value whatever it looks like. By itself CLI11 ends a command at `--` as soon as its required
/// arguments are there and takes what follows for flags and commands, and splits [a,b] into two values.
std::string marked(std::string_view word);
/// The word itself, marked or not.
std::string unmarked(std::string_view word);

/// The command that was typed, as deep as its words were understood.
const CLI::App& deepest_command(const CLI::App& root);

/// The names of the commands directly below a command.
std::vector<std::string> commands_of(const CLI::App& app);

/// A word that names no command below `command`, with the nearest that does.
Error unknown_command(const CLI::App& command, const std::string& word);

/// The same for a command line that was understood up to a word which is no command: `davit tabel --help`.
std::optional<Error> mistyped_command(const CLI::App& root);

/// A group that was typed by itself: `davit table`.
Error missing_command(const CLI::App& group);

/// `--flag=` with nothing behind it, for which CLI11 takes the next word.
std::optional<Error> empty_assignment(std::span<const char* const> arguments);

/// A flag or argument that was given an empty text, as a variable of the shell that is not set leaves it. An empty text never means what
/// leaving the flag out means: `--env ""` must not become a command against another account.
std::optional<Error> empty_value(const CLI::App& command);

/// What is wrong with the command line, in davit's words: the mistyped command, flag or value, and the nearest that exists.
Error usage_error_of(const CLI::App& root, const CLI::ParseError& error);

}  // namespace davit::cli
