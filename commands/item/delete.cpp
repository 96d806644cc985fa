// SPDX-License-Identifier: Apache-2.0
#include "commands/item/delete.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "cli/plan.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

cli::CommandDoc delete_doc()
{
  return {.summary = "Delete one item [API: DeleteItem]",
          .description = "Prints the item that was deleted. Exit code 3 when there was none, 5 when the condition does not hold.",
          .examples = {{"davit item delete products p-1 --env local", "By the value of its key"},
                       {"davit item delete products p-1 --condition 'stock = :none' --values '{\":none\": 0}'",
                        "Only when nothing is left in stock"}},
          .changes = cli::Changes::something};
}

struct DeleteFlags {
  std::string table;
  KeyFlags key;
  std::string condition;
  ExpressionFlags expressions;
  cli::ChangeFlags change;
};

Result<cli::Outcome> run(cli::Context& context, const DeleteFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  aws::dynamodb::DeleteItemRequest request{.table = access.target.physical_name, .return_old = true};
  DAVIT_TRY_ASSIGN(request.key, key_of_flags(access, flags.key));
  DAVIT_TRY_ASSIGN(request.placeholders, placeholders_of(flags.expressions));
  DAVIT_TRY_ASSIGN(request.condition, condition_of(flags.condition, request.placeholders));
  if (flags.change.dry_run) {
    const cli::Plan plan{
        .steps = {{cli::PlanStep::Kind::remove, shown(access, request.key), flags.condition.empty() ? "" : "if " + flags.condition}}};
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY_ASSIGN(const auto deleted, access.client.delete_item(request));
  if (!deleted) {
    return fail(not_found_error(fmt::format("there is no {}", shown(access, request.key))));
  }
  return outcome_of(context, *deleted);
}

}  // namespace

void add_delete(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<DeleteFlags>();
  CLI::App& command = registry.add(group, "delete", delete_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  add_key_flags(command, flags->key);
  command.add_option("--condition", flags->condition, "Only when this condition expression holds")->type_name("EXPRESSION");
  add_expression_flags(command, flags->expressions);
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run(context, *flags)); });
}

}  // namespace davit::commands::item
