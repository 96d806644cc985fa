// SPDX-License-Identifier: Apache-2.0
#include "commands/table/create.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>

#include "aws/core/time.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/definition.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

using aws::dynamodb::TableDefinition;
using aws::dynamodb::TableDescription;

cli::CommandDoc create_doc()
{
  return {
      .summary = "Create tables and wait until they are active [API: CreateTable]",
      .description =
          "Creates the named tables of davit.yaml, or all of them, or with --key one that stands nowhere in it: on demand, every global index with all "
          "attributes. A table that is there with the same keys is left alone; one with other keys is an error that names the differences.",
      .examples = {{"davit table create --env local", "Every table of davit.yaml"},
                   {"davit table create products --dry-run", "What would be done for one"},
                   {"davit table create events --key '[device, at:N]' --index 'by-day=day'", "A table of your own"}},
      .changes = cli::Changes::something};
}

struct CreateFlags {
  std::vector<std::string> names;
  std::string key;
  std::vector<std::string> indexes;
  std::string timeout = "10m";
  cli::ChangeFlags change;
};

Result<TableDefinition> definition_of_flags(const CreateFlags& flags)
{
  if (flags.names.size() != 1) {
    return fail(usage_error("--key describes one table", "give one NAME with it"));
  }
  TableDefinition definition{.name = flags.names.front()};
  DAVIT_TRY_ASSIGN(definition.key, parse_key("--key", flags.key));
  for (const auto& index : flags.indexes) {
    const auto equals = index.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(usage_error(fmt::format("--index '{}' has no name", index), "write --index 'by-day=[day, at:N]'"));
    }
    DAVIT_TRY_ASSIGN(definition.indexes[index.substr(0, equals)], parse_key("--index", index.substr(equals + 1)));
  }
  return definition;
}

Result<std::vector<TableDefinition>> definitions(cli::Context& context, const CreateFlags& flags)
{
  if (!flags.key.empty()) {
    DAVIT_TRY_ASSIGN(TableDefinition definition, definition_of_flags(flags));
    return std::vector{std::move(definition)};
  }
  if (!flags.indexes.empty()) {
    return fail(usage_error("--index goes with --key", "the indexes of a table of davit.yaml stand there"));
  }
  DAVIT_TRY_ASSIGN(const auto targets, find_targets(context, flags.names));
  std::vector<TableDefinition> out;
  for (const auto& target : targets) {
    if (target.table == nullptr) {
      return fail(usage_error(fmt::format("davit.yaml has no table '{}'", target.name),
                              "describe it by --key, as in --key '[user_id, order_id:N]'"));
    }
    out.push_back(definition_of(target.physical_name, *target.table));
  }
  return out;
}

OrderedJson to_json(const CreateResponse& response)
{
  return {{"created", response.created}, {"skipped", response.skipped}};
}

cli::Table to_table(const CreateResponse& response)
{
  cli::Table table{.header = {"TABLE", "RESULT"}, .rows = {}};
  for (const auto& name : response.created) {
    table.rows.push_back({name, "created"});
  }
  for (const auto& name : response.skipped) {
    table.rows.push_back({name, "is there, with the same keys"});
  }
  return table;
}

Result<cli::Outcome> run(cli::Context& context, const CreateFlags& flags)
{
  CreateRequest request;
  DAVIT_TRY_ASSIGN(request.tables, definitions(context, flags));
  DAVIT_TRY_ASSIGN(request.limit, parse_duration(flags.timeout));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(const CreatePlan plan, plan_create(request, client));
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan.to_plan())};
  }
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  DAVIT_TRY_ASSIGN(const CreateResponse response, create(plan, client, [&](std::string_view line) { progress.update(line); }));
  return cli::Outcome{.document = {.data = to_json(response), .table = to_table(response)}};
}

Result<CreateStep> plan_step(const TableDefinition& wanted, aws::dynamodb::Client& client)
{
  const auto found = client.describe_table(wanted.name);
  if (!found) {
    return found.error().kind == ErrorKind::not_found ? Result<CreateStep>(CreateStep{CreateStep::Kind::create, wanted})
                                                      : fail(found.error());
  }
  if (found->status == "DELETING") {
    return CreateStep{CreateStep::Kind::recreate, wanted};
  }
  const auto differing = differences(wanted, *found);
  if (!differing.empty()) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("table {} is there, but {}", wanted.name, fmt::join(differing, "; ")),
                      .hint = "keys cannot be changed: export its items, delete it and create it anew"});
  }
  return CreateStep{CreateStep::Kind::skip, wanted};
}

}  // namespace

cli::Plan CreatePlan::to_plan() const
{
  cli::Plan plan;
  for (const auto& step : steps) {
    const std::string target = "table " + step.definition.name;
    const std::string key = "key " + aws::dynamodb::to_string(step.definition.key);
    switch (step.kind) {
      case CreateStep::Kind::create:
        plan.steps.push_back({cli::PlanStep::Kind::create, target, key});
        break;
      case CreateStep::Kind::recreate:
        plan.steps.push_back({cli::PlanStep::Kind::create, target, key + ", once the deletion under way is done"});
        break;
      case CreateStep::Kind::skip:
        plan.steps.push_back({cli::PlanStep::Kind::skip, target, "is there, with the same keys"});
        break;
    }
  }
  return plan;
}

Result<CreatePlan> plan_create(const CreateRequest& request, aws::dynamodb::Client& client)
{
  CreatePlan plan{.steps = {}, .limit = request.limit};
  for (const auto& table : request.tables) {
    DAVIT_TRY_ASSIGN(CreateStep step, plan_step(table, client));
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

Result<CreateResponse> create(const CreatePlan& plan, aws::dynamodb::Client& client, const std::function<void(std::string_view)>& progress)
{
  CreateResponse response;
  for (const auto& [kind, definition] : plan.steps) {
    if (kind == CreateStep::Kind::recreate) {
      DAVIT_TRY(wait_until(client, definition.name, Awaited::deleted, plan.limit, progress));
    }
    if (kind == CreateStep::Kind::skip) {
      response.skipped.push_back(definition.name);
      continue;
    }
    progress(fmt::format("creating table {}", definition.name));
    auto created = client.create_table(definition);
    if (!created) {
      return fail(std::move(created).error().wrap(fmt::format("creating table {}", definition.name)));
    }
    response.created.push_back(definition.name);
  }
  for (const auto& step : plan.steps) {
    const Awaited awaited = step.kind == CreateStep::Kind::skip ? Awaited::active : Awaited::created;
    DAVIT_TRY(wait_until(client, step.definition.name, awaited, plan.limit, progress));
  }
  return response;
}

void add_create(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<CreateFlags>();
  CLI::App& command = registry.add(group, "create", create_doc());
  command.add_option("NAME", flags->names, "Tables of davit.yaml; all of them when none is named")->type_name("NAME");
  command.add_option("--key", flags->key, "Key of a table that is not in davit.yaml: name, name:N, or [partition, sort]")
      ->type_name("SPEC");
  command.add_option("--index", flags->indexes, "A global index of it; repeatable")->type_name("NAME=SPEC")->allow_extra_args(false);
  command.add_option("--timeout", flags->timeout, "How long to wait until all are active (default: 10m)")->type_name("DURATION");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
