// SPDX-License-Identifier: Apache-2.0
#include "commands/table/target.hpp"

#include <fmt/format.h>

#include "aws/dynamodb/missing_table.hpp"

namespace davit::commands::table {

using cli::config::TableTarget;

Result<TableTarget> find_target(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  return cli::config::find_table(project, name);
}

Result<std::vector<TableTarget>> find_targets(cli::Context& context, const std::vector<std::string>& names)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  std::vector<TableTarget> out;
  for (const auto& name : names) {
    out.push_back(cli::config::find_table(project, name));
  }
  if (!names.empty()) {
    return out;
  }
  if (project == nullptr || project->tables.empty()) {
    return fail(usage_error("no table is named, and no davit.yaml here names any", "give a NAME"));
  }
  for (const auto& [key, table] : project->tables) {
    out.push_back(cli::config::find_table(project, key));
  }
  return out;
}

Result<aws::dynamodb::Client> make_client(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  return aws::dynamodb::Client{*session};
}

std::string shown(const TableTarget& target)
{
  return target.name == target.physical_name ? target.name : fmt::format("{} ({})", target.name, target.physical_name);
}

Result<aws::dynamodb::TableDescription> describe(cli::Context& context, aws::dynamodb::Client& client, const TableTarget& target)
{
  auto description = client.describe_table(target.physical_name);
  if (description || !aws::dynamodb::is_missing_table(description.error())) {
    return description;
  }
  Error error = std::move(description).error();
  if (target.table != nullptr) {
    error.message = fmt::format("there is no table {}", shown(target));
    error.hint = fmt::format("make it by `davit table create {}`", target.name);
    return fail(std::move(error));
  }
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  return fail(aws::dynamodb::missing_table_error(client, std::move(error), target.physical_name, cli::config::table_keys(project)));
}

}  // namespace davit::commands::table
