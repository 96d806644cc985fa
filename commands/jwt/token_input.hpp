// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/context.hpp"

namespace CLI {
class App;
}

namespace davit::commands::jwt {

/// Where the one token of a command comes from: standard input, unless a file or a variable is named. Never the command line.
struct TokenInput {
  std::optional<std::string> file;
  std::optional<std::string> variable;
  std::string typed;  ///< a word in the place of a token, to be refused with advice

  [[nodiscard]] bool is_stdin() const { return !file && !variable; }
};

/// Adds --token-file and --token-env.
void add_token_flags(CLI::App& command, TokenInput& input);

/// Adds the undocumented argument that catches a token on the command line.
void add_refused_argument(CLI::App& command, TokenInput& input);

/// The token without surrounding white space and a "Bearer " before it; says on stderr what it took off besides a last line break. Usage
/// error when a token was typed, or the source cannot be read.
Result<std::string> read_token(cli::Context& context, const TokenInput& input);

bool looks_like_token(std::string_view word);

/// Why a token is not taken from the command line, and what to do. Never repeats it.
Error token_on_command_line();

}  // namespace davit::commands::jwt
