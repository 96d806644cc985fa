// SPDX-License-Identifier: Apache-2.0
#include "commands/table/table.hpp"

#include <CLI/App.hpp>

#include "commands/table/check.hpp"

namespace davit::commands::table {

void add_table(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "table", "DynamoDB tables and the files that fill them");
  add_check(group, registry);
}

}  // namespace davit::commands::table
