// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace CLI {
class Option;
}

namespace davit::cli::docs {

/// A flag or a positional argument, as documentation needs it.
struct OptionModel {
  std::vector<std::string> names;  ///< "-o", "--output"; for a positional its one name
  std::string value;               ///< "FORMAT"; empty for a flag
  std::string description;
  std::string variable;              ///< environment variable that sets it
  std::vector<std::string> choices;  ///< the words that it accepts; empty when it takes others too
  std::string default_value;         ///< empty when there is none, or the description names it
  bool required = false;
  bool repeated = false;
  bool positional = false;
};

/// What is said about an option: its description, the words that it takes and its default, where the description leaves them out.
std::string documentation_of(const OptionModel& option);

/// A command or a group of commands.
struct CommandModel {
  std::vector<std::string> path;  ///< {"davit", "table", "seed"}
  std::string summary;
  std::string description;
  std::vector<Example> examples;
  Changes changes = Changes::nothing;
  bool runnable = false;
  std::vector<OptionModel> options;  ///< its own; the flags of every command stand at the root
  std::vector<CommandModel> commands;

  [[nodiscard]] const std::string& name() const { return path.back(); }
  [[nodiscard]] std::string full_name() const;  ///< "davit table seed"
};

/// An argument without dashes as it is documented: SERVICE.
std::string argument_name(const CLI::Option& option);

/// The tree below `app`, in the order in which its commands were added.
CommandModel model_of(const CLI::App& app, const Registry& registry);

}  // namespace davit::cli::docs
