// SPDX-License-Identifier: Apache-2.0
#include "cli/help_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/spelling.hpp"
#include "cli/docs/help.hpp"
#include "cli/tree.hpp"
#include "cli/usage.hpp"

namespace davit::cli {
namespace {

CommandDoc doc()
{
  std::string topics;
  for (const auto& [name, summary] : docs::help_topics()) {
    topics += fmt::format("\n{}: {}", name, summary);
  }
  return {.summary = "Show the help of a command or a topic",
          .description = "The help of a command is what it prints with --help. Topics:" + topics,
          .examples = {{"davit help table seed", "The help of one command"}, {"davit help exit-codes", "What the exit codes mean"}}};
}

Error no_such_help(const CLI::App& command, const std::string& word)
{
  if (command.get_parent() != nullptr) {
    return unknown_command(command, word);
  }
  std::vector<std::string> known = commands_of(command);
  for (const auto& [topic, unused] : docs::help_topics()) {
    known.push_back(topic);
  }
  const auto suggestion = nearest(word, known);
  return usage_error(fmt::format("there is no command and no help topic '{}'", word),
                     suggestion ? fmt::format("did you mean '{}'? Else see `davit --help`", *suggestion) : "see `davit --help`");
}

Result<std::string> help_of(const std::vector<std::string>& words)
{
  if (const std::string topic = words.size() == 1 ? docs::help_topic(words.front()) : ""; !topic.empty()) {
    return topic;
  }
  const Tree tree{Tree::Extent::named, [&](std::string_view noun) { return std::find(words.begin(), words.end(), noun) != words.end(); }};
  const CLI::App* command = &tree.app;
  for (const auto& word : words) {
    const auto found = command->get_subcommands([&](const CLI::App* candidate) { return candidate->check_name(word); });
    if (found.empty()) {
      return fail(no_such_help(*command, word));
    }
    command = found.front();
  }
  return tree.help_of(*command);
}

}  // namespace

void add_help(CLI::App& root, Registry& registry)
{
  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App& command = registry.add(root, "help", doc());
  command.add_option("COMMAND", *words, "Command, or help topic")->type_name("WORD");
  registry.bind(command, [words](Context& /*context*/) -> Result<Outcome> {
    DAVIT_TRY_ASSIGN(std::string text, help_of(*words));
    return Outcome{.document = {.data = {{"help", text}}, .text = text}};
  });
}

}  // namespace davit::cli
