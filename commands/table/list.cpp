// SPDX-License-Identifier: Apache-2.0
#include "commands/table/list.hpp"

#include <CLI/App.hpp>
#include <algorithm>

#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

cli::CommandDoc list_doc()
{
  return {.summary = "List the tables of the account and region [API: ListTables]",
          .description = "Tables of davit.yaml are shown with their key there, also when they do not exist yet.",
          .examples = {{"davit table list --env local", "The tables of the local AWS"},
                       {"davit table list -o jsonl", "A line each, for a script"}}};
}

struct ListedTable {
  std::string name;
  std::string key;  ///< of davit.yaml; empty for a table that is not in it
  bool exists = true;
};

std::vector<ListedTable> listed(const std::vector<std::string>& names, const cli::config::Project* project)
{
  std::vector<ListedTable> out;
  for (const auto& name : names) {
    out.push_back({.name = name, .key = {}});
  }
  if (project == nullptr) {
    return out;
  }
  for (const auto& [key, table] : project->tables) {
    const std::string physical = project->physical_name(key);
    const auto found = std::find_if(out.begin(), out.end(), [&](const ListedTable& t) { return t.name == physical; });
    if (found == out.end()) {
      out.push_back({.name = physical, .key = key, .exists = false});
    } else {
      found->key = key;
    }
  }
  return out;
}

cli::Document document_of(const std::vector<ListedTable>& tables)
{
  cli::Document document{.data = {{"tables", OrderedJson::array()}},
                         .table = cli::Table{.header = {"TABLE", "IN DAVIT.YAML", "EXISTS"}, .rows = {}},
                         .list_member = "tables"};
  for (const auto& table : tables) {
    document.data["tables"].push_back(
        {{"name", table.name}, {"key", table.key.empty() ? OrderedJson(nullptr) : OrderedJson(table.key)}, {"exists", table.exists}});
    document.table->rows.push_back({table.name, table.key, table.exists ? "yes" : "no"});
  }
  return document;
}

Result<cli::Outcome> run_list(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(const auto names, client.list_tables());
  return cli::Outcome{.document = document_of(listed(names, project))};
}

}  // namespace

void add_list(CLI::App& group, cli::Registry& registry)
{
  const CLI::App& command = registry.add(group, "list", list_doc());
  registry.bind(command, run_list);
}

}  // namespace davit::commands::table
