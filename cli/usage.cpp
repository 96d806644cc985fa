// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "aws/core/spelling.hpp"

namespace davit::cli {
namespace {

std::string full_name(const CLI::App& app)
{
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

std::vector<std::string> flags_of(const CLI::App& app)
{
  std::vector<std::string> out;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      out.push_back("--" + name);
    }
  }
  if (app.get_parent() != nullptr) {
    const auto inherited = flags_of(*app.get_parent());
    out.insert(out.end(), inherited.begin(), inherited.end());
  }
  return out;
}

std::vector<std::string> commands_of(const CLI::App& app)
{
  std::vector<std::string> out;
  for (const auto* command : app.get_subcommands([](const CLI::App* candidate) { return !candidate->get_group().empty(); })) {
    out.push_back(command->get_name());
  }
  return out;
}

std::string hint_for(const CLI::App& command, const std::optional<std::string>& suggestion)
{
  const std::string see = fmt::format("see `{} --help`", full_name(command));
  return suggestion ? fmt::format("did you mean '{}'? Else {}", *suggestion, see) : see;
}

/// A token that was typed by mistake is not repeated into a log.
bool looks_like_token(const std::string& word)
{
  return word.starts_with("eyJ") && std::count(word.begin(), word.end(), '.') >= 2;
}

Error unexpected_word(const CLI::App& command, const std::string& word)
{
  if (looks_like_token(word)) {
    return usage_error(fmt::format("'{}' takes no token here", full_name(command)), "every process of the machine can read a command line; pipe tokens in");
  }
  if (word.starts_with("-") && word.size() > 1) {
    const std::string flag = word.substr(0, word.find('='));
    return usage_error(fmt::format("unknown flag '{}' of '{}'", flag, full_name(command)), hint_for(command, nearest(flag, flags_of(command))));
  }
  const auto commands = commands_of(command);
  if (!commands.empty()) {
    return usage_error(fmt::format("unknown command '{}' of '{}'", word, full_name(command)), hint_for(command, nearest(word, commands)));
  }
  return usage_error(fmt::format("'{}' takes no argument '{}' here", full_name(command), word), hint_for(command, std::nullopt));
}

/// CLI11 says "--limit: 1 required INT missing" and the like: the option's name first, which is kept.
std::string in_our_words(const CLI::ParseError& error)
{
  std::string text = error.what();
  if (const auto at = text.find(": Could not convert: "); at != std::string::npos) {
    return text;
  }
  if (const auto at = text.find(" is required"); at != std::string::npos && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return text.substr(0, at) + " is missing";
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return text.substr(0, text.find(':')) + " needs a value";
  }
  return text;
}

}  // namespace

const CLI::App& deepest_command(const CLI::App& root)
{
  const auto parsed = root.get_subcommands();
  return parsed.empty() ? root : deepest_command(*parsed.front());
}

Error usage_error_of(const CLI::App& root, const CLI::ParseError& error)
{
  const CLI::App& command = deepest_command(root);
  const auto rest = root.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !rest.empty()) {
    return unexpected_word(command, rest.front());
  }
  return usage_error(in_our_words(error), hint_for(command, std::nullopt));
}

}  // namespace davit::cli
