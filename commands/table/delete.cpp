// SPDX-License-Identifier: Apache-2.0
#include "commands/table/delete.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/core/time.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

cli::CommandDoc delete_doc()
{
  return {.summary = "Delete a table with everything in it [API: DeleteTable]",
          .description = "Asks for the table's name to be typed, or takes it by --confirm; then waits until the table is gone.",
          .examples = {{"davit table delete products --env dev --dry-run", "What would be lost"},
                       {"davit table delete products --env dev --confirm shop-dev-products", "Without a question"}},
          .changes = cli::Changes::something};
}

struct DeleteFlags {
  std::string name;
  std::string timeout = "10m";
  cli::ChangeFlags change;
};

Result<cli::Outcome> run(cli::Context& context, const DeleteFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY(describe(context, client, target));
  DeleteRequest request{.tables = {target.physical_name}};
  DAVIT_TRY_ASSIGN(request.limit, parse_duration(flags.timeout));
  DAVIT_TRY_ASSIGN(const cli::Plan plan, plan_delete(request, client));
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY(cli::confirm(context, plan, flags.change, cli::Danger::severe, target.physical_name));
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  DAVIT_TRY_ASSIGN(const auto deleted, delete_tables(request, client, [&](std::string_view line) { progress.update(line); }));
  return cli::Outcome{.document = {.data = {{"deleted", deleted}}}};
}

}  // namespace

Result<cli::Plan> plan_delete(const DeleteRequest& request, aws::dynamodb::Client& client)
{
  cli::Plan plan;
  for (const auto& name : request.tables) {
    const auto table = client.describe_table(name);
    if (!table && table.error().kind != ErrorKind::not_found) {
      return fail(table.error());
    }
    if (!table) {
      plan.steps.push_back({cli::PlanStep::Kind::skip, "table " + name, "is not there"});
      continue;
    }
    if (table->deletion_protected) {
      return fail(Error{.kind = ErrorKind::conflict,
                        .message = fmt::format("table {} is protected from deletion", name),
                        .hint = "lift the protection where it was set (Terraform: deletion_protection_enabled)"});
    }
    plan.steps.push_back(
        {cli::PlanStep::Kind::remove, "table " + name, fmt::format("with all its items, {} when last counted", table->item_count)});
  }
  return plan;
}

Result<std::vector<std::string>> delete_tables(const DeleteRequest& request, aws::dynamodb::Client& client,
                                               const std::function<void(std::string_view)>& progress)
{
  std::vector<std::string> deleted;
  for (const auto& name : request.tables) {
    progress(fmt::format("deleting table {}", name));
    auto answer = client.delete_table(name);
    if (!answer && answer.error().kind == ErrorKind::not_found) {
      continue;
    }
    if (!answer) {
      return fail(std::move(answer).error().wrap(fmt::format("deleting table {}", name)));
    }
    deleted.push_back(name);
  }
  for (const auto& name : deleted) {
    DAVIT_TRY(wait_until(client, name, Awaited::deleted, request.limit, progress));
  }
  return deleted;
}

void add_delete(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<DeleteFlags>();
  CLI::App& command = registry.add(group, "delete", delete_doc());
  command.add_option("NAME", flags->name, "Key of davit.yaml, or the name of any table")->type_name("NAME")->required();
  command.add_option("--timeout", flags->timeout, "How long to wait until it is gone (default: 10m)")->type_name("DURATION");
  cli::add_change_flags(command, flags->change, cli::Danger::severe);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
