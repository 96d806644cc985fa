// SPDX-License-Identifier: Apache-2.0
#include "cli/tree.hpp"

#include "cli/choice.hpp"
#include "cli/nouns.hpp"

namespace davit::cli {

Tree::Tree(const std::function<bool(std::string_view)>& wanted)
{
  app.fallthrough();
  app.set_help_flag("-h,--help", "Help for the command");
  add_global_flags();
  for (const auto& noun : nouns()) {
    if (wanted(noun.name)) {
      noun.add(app, registry);
    } else {
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
  app.add_option("--profile", m_globals.profile, "Profile of the AWS configuration files")->type_name("NAME");
  app.add_option("--region", m_globals.region, "AWS region")->type_name("REGION");
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
  app.add_flag("--version", m_version, "Print the version");
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
