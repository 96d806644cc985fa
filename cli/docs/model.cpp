// SPDX-License-Identifier: Apache-2.0
#include "cli/docs/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cctype>
#include <sstream>

#include "cli/choice.hpp"

namespace davit::cli::docs {
namespace {

std::vector<std::string> names_of(const CLI::Option& option)
{
  if (option.get_positional()) {
    return {argument_name(option)};
  }
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) {
    names.push_back("-" + name);
  }
  for (const auto& name : option.get_lnames()) {
    names.push_back("--" + name);
  }
  return names;
}

std::string value_of(const CLI::Option& option)
{
  if (option.get_items_expected_max() == 0) {
    return {};
  }
  // A validator appends its own words after a colon.
  const std::string type = option.get_type_name();
  const std::string name = type.substr(0, type.find(':'));
  return name.empty() ? "VALUE" : name;
}

std::vector<std::string> choices_of(const CLI::Option& option)
{
  const std::string type = option.get_type_name();
  const auto at = type.find(k_one_of);
  std::vector<std::string> words;
  std::istringstream list(at == std::string::npos ? "" : type.substr(at + k_one_of.size()));
  for (std::string word; std::getline(list, word, '|');) {
    words.push_back(word);
  }
  return words;
}

OptionModel model_of(const CLI::Option& option)
{
  return {.names = names_of(option),
          .value = value_of(option),
          .description = option.get_description(),
          .variable = option.get_envname(),
          .choices = choices_of(option),
          .default_value = option.get_default_str(),
          .required = option.get_required(),
          .repeated = option.get_items_expected_max() > 1,
          .positional = option.get_positional()};
}

CommandModel model_of(const CLI::App& app, const Registry& registry, std::vector<std::string> path)
{
  path.push_back(app.get_name());
  CommandModel model{.path = path, .summary = app.get_description()};
  if (const CommandDoc* doc = registry.doc_of(app)) {
    model.description = doc->description;
    model.examples = doc->examples;
    model.changes = doc->changes;
  }
  model.runnable = registry.run_of(app) != nullptr;
  for (const auto* option : app.get_options()) {
    if (option != app.get_help_ptr() && !option->get_group().empty()) {
      model.options.push_back(model_of(*option));
    }
  }
  for (const auto* command : app.get_subcommands([](const CLI::App* candidate) { return !candidate->get_group().empty(); })) {
    model.commands.push_back(model_of(*command, registry, path));
  }
  return model;
}

}  // namespace

std::string documentation_of(const OptionModel& option)
{
  std::string text = option.description;
  const auto is_named = [&](const std::string& word) { return option.description.find(word) != std::string::npos; };
  if (!std::all_of(option.choices.begin(), option.choices.end(), is_named)) {
    text += fmt::format(" (one of {})", fmt::join(option.choices, ", "));
  }
  if (!option.default_value.empty() && !is_named("default")) {
    text += fmt::format(" (default: {})", option.default_value);
  }
  return text + (option.required ? " (required)" : "");
}

std::string argument_name(const CLI::Option& option)
{
  std::string name = option.get_single_name();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

std::string CommandModel::full_name() const
{
  return fmt::format("{}", fmt::join(path, " "));
}

CommandModel model_of(const CLI::App& app, const Registry& registry)
{
  std::vector<std::string> path;
  for (const auto* parent = app.get_parent(); parent != nullptr; parent = parent->get_parent()) {
    path.insert(path.begin(), parent->get_name());
  }
  return model_of(app, registry, std::move(path));
}

}  // namespace davit::cli::docs
