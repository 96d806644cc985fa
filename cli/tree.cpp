// SPDX-License-Identifier: Apache-2.0
#include "cli/tree.hpp"

#include "cli/choice.hpp"
#include "cli/docs/help.hpp"
#include "cli/nouns.hpp"
#include "cli/usage.hpp"

namespace davit::cli {
namespace {

/// Takes the mark of a literal word off the values of a command and of all below it.
void accept_literal_words(CLI::App& app)
{
  for (auto* option : app.get_options([](const CLI::Option* /*any*/) { return true; })) {
    option->transform(CLI::Validator(
        [](std::string& word) {
          word = unmarked(word);
          return std::string();
        },
        ""));
  }
  for (auto* command : app.get_subcommands([](const CLI::App* /*any*/) { return true; })) {
    accept_literal_words(*command);
  }
}

}  // namespace

Tree::Tree(Extent extent, const std::function<bool(std::string_view)>& is_typed)
    : registry([=](std::string_view verb) { return extent == Extent::named || is_typed(verb); })
{
  app.fallthrough();
  // Else an argument that is called like a command elsewhere in the tree would be taken for that command.
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "Help for the command");
  add_global_flags();
  for (const auto& noun : nouns()) {
    if (is_typed(noun.name)) {
      noun.add(app, registry);
    } else if (extent == Extent::named) {
      app.add_subcommand(noun.name, noun.summary);
    }
  }
}

void Tree::add_global_flags()
{
  app.add_option("--env", m_globals.environment, "Environment of davit.yaml; `local` is the embedded local AWS")
      ->envname("DAVIT_ENV")
      ->type_name("NAME");
  app.add_option("--project", m_globals.project_file, "Project file (default: davit.yaml here or in a folder above)")
      ->envname("DAVIT_PROJECT")
      ->type_name("FILE");
  app.add_option("--profile", m_globals.profile, "Profile of the AWS configuration files")->envname("DAVIT_PROFILE")->type_name("NAME");
  app.add_option("--region", m_globals.region, "AWS region")->envname("DAVIT_REGION")->type_name("REGION");
  app.add_option("--endpoint-url", m_globals.endpoint_url, "Send every request to this URL")->type_name("URL");
  app.add_option("--state", m_globals.state, "Folder of the local AWS (default: .davit/local)")->type_name("DIR");
  app.add_option("-o,--output", m_output, "Output format: table, json, jsonl, yaml or tsv")
      ->envname("DAVIT_OUTPUT")
      ->check(one_of({"table", "json", "jsonl", "yaml", "tsv"}))
      ->type_name("FORMAT");
  app.add_option("--color", m_color, "When to colour: auto, always or never")
      ->check(one_of({"auto", "always", "never"}))
      ->type_name("WHEN");
  app.add_flag("--no-input", m_globals.no_input, "Never ask a question");
  app.add_flag("--debug", m_globals.debug, "Log what is sent and received, without secrets, to stderr");
  app.add_flag("-q,--quiet", m_globals.quiet, "No progress and no notices");
  app.set_version_flag("--version", std::string(), "Print the version");
}

void Tree::parse(std::span<const char* const> arguments)
{
  accept_literal_words(app);
  std::vector<std::string> words;
  bool literal = false;
  for (const std::string_view argument : arguments) {
    if (literal || (argument.starts_with('[') && argument.ends_with(']'))) {
      words.push_back(marked(argument));
    } else if (argument == "--") {
      literal = true;
    } else {
      words.emplace_back(argument);
    }
  }
  std::reverse(words.begin(), words.end());
  app.parse(words);
}

std::string Tree::help_of(const CLI::App& command) const
{
  return docs::help_text(docs::model_of(command, registry), docs::model_of(app, registry));
}

Result<Globals> Tree::globals() const
{
  Globals globals = m_globals;
  if (!m_output.empty()) {
    DAVIT_TRY_ASSIGN(globals.output, parse_format(m_output));
  }
  globals.color = m_color == "always" ? ColorWhen::always : m_color == "never" ? ColorWhen::never : ColorWhen::automatic;
  return globals;
}

}  // namespace davit::cli
