// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/context.hpp"

namespace davit::cli {

/// The command tree: the flags of every command at its root, and the nouns below.
class Tree
{
public:
  enum class Extent {
    typed,  ///< the nouns and verbs that were typed alone: all that a command line which parses needs, in a third of the time
    named,  ///< the nouns that were typed with all of their verbs, and the others as names with a summary: for help, and for errors
  };

  Tree(Extent extent, const std::function<bool(std::string_view word)>& is_typed);

  CLI::App app{"Takes a serverless backend from a YAML file to a smoke-tested release", "davit"};
  Registry registry;  ///< of the commands below it

  /// Parses a command line without the program's name. Throws what CLI11 throws.
  void parse(std::span<const char* const> arguments);

  /// What a command prints with --help.
  [[nodiscard]] std::string help_of(const CLI::App& command) const;

  /// The flags of every command as parsed. Usage error for an unknown output format.
  [[nodiscard]] Result<Globals> globals() const;

private:
  void add_global_flags();

  Globals m_globals;
  std::string m_output;
  std::string m_color = "auto";
};

}  // namespace davit::cli
