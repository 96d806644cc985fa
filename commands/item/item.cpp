// SPDX-License-Identifier: Apache-2.0
#include "commands/item/item.hpp"

#include <CLI/App.hpp>

#include "commands/item/delete.hpp"
#include "commands/item/get.hpp"
#include "commands/item/put.hpp"
#include "commands/item/select.hpp"
#include "commands/item/sql.hpp"
#include "commands/item/transact.hpp"
#include "commands/item/tree.hpp"
#include "commands/item/update.hpp"

namespace davit::commands::item {

void add_item(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "item", "Items of DynamoDB tables, in plain JSON");
  add_get(group, registry);
  add_put(group, registry);
  add_update(group, registry);
  add_delete(group, registry);
  add_query(group, registry);
  add_scan(group, registry);
  add_transact(group, registry);
  add_sql(group, registry);
  add_tree(group, registry);
}

}  // namespace davit::commands::item
