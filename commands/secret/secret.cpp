// SPDX-License-Identifier: Apache-2.0
#include "commands/secret/secret.hpp"

#include <CLI/App.hpp>

#include "commands/secret/get.hpp"
#include "commands/secret/list.hpp"
#include "commands/secret/set.hpp"

namespace davit::commands::secret {

Result<std::string> physical_name(cli::Context& context, const std::string& typed)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  const bool is_key = project != nullptr && project->secrets.contains(typed);
  return is_key ? project->physical_name(typed) : typed;
}

void add_secret(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "secret", "Secrets in AWS Secrets Manager");
  add_list(group, registry);
  add_get(group, registry);
  add_set(group, registry);
}

}  // namespace davit::commands::secret
