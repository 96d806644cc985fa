// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>

#include "aws/core/spelling.hpp"
#include "cli/docs/model.hpp"

namespace davit::cli {
namespace {

/// U+001F, which nobody types.
constexpr std::string_view k_mark = "\x1f";

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

std::string hint_for(const CLI::App& command, const std::optional<std::string>& suggestion)
{
  const std::string see = fmt::format("see `{} --help`", full_name(command));
  return suggestion ? fmt::format("did you mean '{}'? Else {}", *suggestion, see) : see;
}

bool takes_arguments(const CLI::App& command)
{
  const auto options = command.get_options();
  return std::any_of(options.begin(), options.end(), [](const CLI::Option* option) { return option->get_positional(); });
}

/// -5 may be meant for a flag, or for a value.
Error unknown_flag(const CLI::App& command, const std::string& flag)
{
  const auto suggestion = nearest(flag, flags_of(command));
  const bool may_be_value = !suggestion && takes_arguments(command);
  return usage_error(fmt::format("unknown flag '{}' of '{}'", flag, full_name(command)),
                     (may_be_value ? "a value that begins with a hyphen comes after `--`; else " : "") + hint_for(command, suggestion));
}

/// A token that was typed by mistake is not repeated into a log.
bool looks_like_token(const std::string& word)
{
  return word.starts_with("eyJ") && std::count(word.begin(), word.end(), '.') >= 2;
}

Error unexpected_word(const CLI::App& command, const std::string& typed)
{
  const std::string word = unmarked(typed);
  if (looks_like_token(word)) {
    return usage_error(fmt::format("'{}' takes no token here", full_name(command)),
                       "every process of the machine can read a command line; pipe tokens in");
  }
  if (typed.starts_with("-") && word.size() > 1) {
    return unknown_flag(command, word.substr(0, word.find('=')));
  }
  if (!commands_of(command).empty()) {
    return unknown_command(command, word);
  }
  return usage_error(fmt::format("'{}' takes no argument '{}' here", full_name(command), word), hint_for(command, std::nullopt));
}

/// The option that an error of CLI11 names, in the command or above it.
const CLI::Option* option_of(const CLI::App& command, const std::string& name)
{
  const CLI::Option* option = command.get_option_no_throw(name);
  return option != nullptr || command.get_parent() == nullptr ? option : option_of(*command.get_parent(), name);
}

std::string kind_of_value(const CLI::Option* option)
{
  const std::string type = option == nullptr ? "" : option->get_type_name();
  const std::string name = type.substr(0, type.find(':'));
  return name == "N" ? "a whole number" : name.empty() ? "true or false" : name;
}

bool is_whole_number(std::string_view text)
{
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "Could not convert: --limit = abc"
std::string not_converted(const CLI::App& command, const std::string& text)
{
  constexpr std::string_view k_start = "Could not convert: ";
  const auto at = text.find(k_start);
  const auto equals = text.find(" = ");
  if (at == std::string::npos || equals == std::string::npos) {
    return text.find("true/false") == std::string::npos ? text : text.substr(0, text.find(':')) + " takes no value";
  }
  const std::string name = text.substr(at + k_start.size(), equals - at - k_start.size());
  const std::string value = text.substr(equals + 3);
  if (is_whole_number(value)) {
    return fmt::format("{}: {} is out of range", name, value);
  }
  return fmt::format("{}: '{}' cannot be read as {}", name, value, kind_of_value(option_of(command, name)));
}

std::string mismatched(const std::string& text)
{
  if (text.ends_with("flag override")) {
    return text.substr(0, text.find(' ')) + " takes no value";
  }
  const std::string name = text.substr(0, text.find(':'));
  return name + (text.find("At Most 1 ") == std::string::npos ? " needs a value" : " may be given once only");
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
  const auto at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// How CLI::PositiveNumber ends its range: the largest double, written out.
constexpr std::string_view k_any_positive = " to 179769313486231570";

/// CLI11's texts start with the option's name, which is kept.
std::string in_our_words(const CLI::App& command, const CLI::ParseError& error)
{
  const std::string text = error.what();
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    return not_converted(command, text);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return mismatched(text);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    const CLI::Option* const option = option_of(command, text.substr(0, text.find(' ')));
    return option != nullptr && option->get_positional() ? docs::argument_name(*option) + " is missing"
                                                         : replaced(text, " is required", " is missing");
  }
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
    return replaced(text, " excludes ", " cannot be combined with ");
  }
  if (dynamic_cast<const CLI::RequiresError*>(&error) != nullptr) {
    return replaced(text, " requires ", " needs ");
  }
  if (text.find(k_any_positive) != std::string::npos) {
    return replaced(text.substr(0, text.find(" not in range ")), ": Value ", ": ") + " is not above 0";
  }
  return replaced(replaced(text, ": Value ", ": "), " not in range ", " is not in the range ");
}

Error is_empty(std::string_view name)
{
  return usage_error(fmt::format("{} is empty", name), "give it a value, or leave it out");
}

}  // namespace

std::string marked(std::string_view word)
{
  return std::string(k_mark) + std::string(word);
}

std::string unmarked(std::string_view word)
{
  return std::string(word.substr(word.starts_with(k_mark) ? k_mark.size() : 0));
}

std::vector<std::string> commands_of(const CLI::App& app)
{
  std::vector<std::string> out;
  for (const auto* command : app.get_subcommands([](const CLI::App* candidate) { return !candidate->get_group().empty(); })) {
    out.push_back(command->get_name());
  }
  return out;
}

Error unknown_command(const CLI::App& command, const std::string& word)
{
  return usage_error(fmt::format("unknown command '{}' of '{}'", word, full_name(command)),
                     hint_for(command, nearest(word, commands_of(command))));
}

std::optional<Error> mistyped_command(const CLI::App& root)
{
  const CLI::App& command = deepest_command(root);
  const auto rest = root.remaining(true);
  const bool mistyped = !rest.empty() && !rest.front().starts_with("-") && !commands_of(command).empty();
  return mistyped ? std::optional(unknown_command(command, unmarked(rest.front()))) : std::nullopt;
}

Error missing_command(const CLI::App& group)
{
  return usage_error(fmt::format("'{}' needs a command", full_name(group)), hint_for(group, std::nullopt));
}

std::optional<Error> empty_assignment(std::span<const char* const> arguments)
{
  for (const std::string_view word : arguments) {
    if (word == "--") {
      break;
    }
    if (word.starts_with("--") && word.find('=') == word.size() - 1) {
      return is_empty(word.substr(0, word.size() - 1));
    }
  }
  return std::nullopt;
}

std::optional<Error> empty_value(const CLI::App& command)
{
  for (const auto* option : command.get_options()) {
    const auto& values = option->results();
    if (std::any_of(values.begin(), values.end(), [](const std::string& value) { return unmarked(value).empty(); })) {
      return is_empty(option->get_positional() ? docs::argument_name(*option) : "--" + option->get_lnames().front());
    }
  }
  return command.get_parent() == nullptr ? std::nullopt : empty_value(*command.get_parent());
}

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
  return usage_error(in_our_words(command, error), hint_for(command, std::nullopt));
}

}  // namespace davit::cli
