// SPDX-License-Identifier: Apache-2.0
#include "commands/config/config.hpp"

#include "commands/config/check.hpp"
#include "commands/config/schema.hpp"
#include "commands/config/show.hpp"

namespace davit::commands::config {

void add_config(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "config", "The project file: check it, show what it means, describe it");
  registry.add_verbs(group, {{"check", add_check}, {"show", add_show}, {"schema", add_schema}});
}

}  // namespace davit::commands::config
