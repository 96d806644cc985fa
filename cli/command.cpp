// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace davit::cli {
CLI::App& Registry::add(CLI::App& parent, const std::string& name, CommandDoc doc)
{
  CLI::App* app = parent.add_subcommand(name, doc.summary);
  m_entries[app] = {.doc = std::move(doc), .run = {}};
  return *app;
}

CLI::App& Registry::add_group(CLI::App& parent, const std::string& name, const std::string& summary)
{
  CLI::App* app = parent.add_subcommand(name, summary);
  app->require_subcommand(0, 1);
  return *app;
}

void Registry::add_verbs(CLI::App& group, std::initializer_list<Verb> verbs)
{
  for (const Verb& verb : verbs) {
    if (m_wants(verb.name)) {
      verb.add(group, *this);
    }
  }
}

void Registry::bind(const CLI::App& command, Run run)
{
  m_entries.at(&command).run = std::move(run);
}

const Run* Registry::run_of(const CLI::App& command) const
{
  const auto found = m_entries.find(&command);
  return found == m_entries.end() || !found->second.run ? nullptr : &found->second.run;
}

const CommandDoc* Registry::doc_of(const CLI::App& command) const
{
  const auto found = m_entries.find(&command);
  return found == m_entries.end() ? nullptr : &found->second.doc;
}

}  // namespace davit::cli
