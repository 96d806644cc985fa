// SPDX-License-Identifier: Apache-2.0
#include "commands/config/schema.hpp"

#include <CLI/App.hpp>

#include "cli/config/schema.hpp"

namespace davit::commands::config {
namespace {

cli::CommandDoc schema_doc()
{
  return {
      .summary = "Describe every key of davit.yaml",
      .description =
          "Prints the JSON Schema (draft 2020-12) of the project file, for editors and other checkers; as a table it is the reference "
          "of all keys. A text may stand without quotes in davit.yaml where YAML would take it for a number; JSON Schema cannot say so.",
      .examples = {{"davit config schema > davit.schema.json", "For an editor that checks YAML against a schema"},
                   {"davit config schema -o table", "The reference: key, type, allowed values, default, meaning"}}};
}

cli::Table table_of(const std::vector<cli::config::ReferenceLine>& reference)
{
  cli::Table table{.header = {"KEY", "TYPE", "ALLOWED", "DEFAULT", "MEANING"}, .rows = {}};
  for (const auto& line : reference) {
    table.rows.push_back({line.path, line.type, line.allowed, line.default_value, line.doc});
  }
  return table;
}

}  // namespace

void add_schema(CLI::App& parent, cli::Registry& registry)
{
  const CLI::App& command = registry.add(parent, "schema", schema_doc());
  registry.bind(command, [](cli::Context& /*context*/) -> Result<cli::Outcome> {
    return cli::Outcome{.document = {.data = cli::config::json_schema(), .table = table_of(cli::config::reference())}};
  });
}

}  // namespace davit::commands::config
