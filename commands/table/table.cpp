// SPDX-License-Identifier: Apache-2.0
#include "commands/table/table.hpp"

#include <CLI/App.hpp>

#include "commands/table/check.hpp"
#include "commands/table/copy.hpp"
#include "commands/table/count.hpp"
#include "commands/table/create.hpp"
#include "commands/table/delete.hpp"
#include "commands/table/describe.hpp"
#include "commands/table/diff.hpp"
#include "commands/table/empty.hpp"
#include "commands/table/export.hpp"
#include "commands/table/list.hpp"
#include "commands/table/seed.hpp"
#include "commands/table/wait.hpp"

namespace davit::commands::table {

void add_table(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "table", "DynamoDB tables and the files that fill them");
  add_list(group, registry);
  add_describe(group, registry);
  add_create(group, registry);
  add_delete(group, registry);
  add_wait(group, registry);
  add_check(group, registry);
  add_seed(group, registry);
  add_export(group, registry);
  add_count(group, registry);
  add_diff(group, registry);
  add_copy(group, registry);
  add_empty(group, registry);
}

}  // namespace davit::commands::table
