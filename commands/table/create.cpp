// SPDX-License-Identifier: Apache-2.0
#include "commands/table/create.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>

#include "aws/core/file.hpp"
#include "aws/core/time.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/definition.hpp"
#include "commands/table/definition_file.hpp"
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
          "attributes. A table that is there with the same keys is left alone; one with other keys is an error that names the differences.\n\n"
          "--from takes what `davit table describe -o json` or `aws dynamodb describe-table` prints and makes an equal table: indexes with their projections, "
          "billing mode and capacity, class, stream, encryption key, deletion protection, tags, and then time to live and point-in-time recovery. Replicas "
          "in other regions are not made.",
      .examples = {{"davit table create --env local", "Every table of davit.yaml"},
                   {"davit table create products --dry-run", "What would be done for one"},
                   {"davit table create events --key '[device, at:N]' --index 'by-day=day'", "A table of your own"},
                   {"davit table describe products --env prod -o json | davit table create products-copy --from -", "One like another"}},
      .changes = cli::Changes::something};
}

struct CreateFlags {
  std::vector<std::string> names;
  std::string key;
  std::vector<std::string> indexes;
  std::string from;
  std::string name;
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
    DAVIT_TRY_ASSIGN(definition.indexes[index.substr(0, equals)].key, parse_key("--index", index.substr(equals + 1)));
  }
  return definition;
}

/// The definition of the file, by the name of the command line if there is one.
Result<TableDefinition> definition_from_file(cli::Context& context, const CreateFlags& flags)
{
  if (!flags.key.empty() || !flags.indexes.empty() || flags.names.size() + (flags.name.empty() ? 0 : 1) > 1) {
    return fail(usage_error("--from describes one table whole", "give at most one NAME with it, and neither --key nor --index"));
  }
  const bool is_stdin = flags.from == "-";
  DAVIT_TRY_ASSIGN(const std::string text, is_stdin ? context.streams().read_stdin("the description of a table") : read_file(flags.from));
  DAVIT_TRY_ASSIGN(TableDefinition definition, read_definition(text, is_stdin ? "standard input" : flags.from));
  const std::string name = flags.names.empty() ? flags.name : flags.names.front();
  if (!name.empty()) {
    DAVIT_TRY_ASSIGN(const auto target, find_target(context, name));
    definition.name = target.physical_name;
  }
  return definition;
}

Result<std::vector<TableDefinition>> definitions(cli::Context& context, const CreateFlags& flags)
{
  if (!flags.from.empty()) {
    DAVIT_TRY_ASSIGN(TableDefinition definition, definition_from_file(context, flags));
    return std::vector{std::move(definition)};
  }
  if (!flags.name.empty()) {
    return fail(usage_error("--name goes with --from", "without it, the names stand behind `create`"));
  }
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
  return {{"created", response.created}, {"skipped", response.skipped}, {"completed", response.completed}};
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
  for (const auto& name : response.completed) {
    table.rows.push_back({name, "its settings are set"});
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

}  // namespace

void add_create(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<CreateFlags>();
  CLI::App& command = registry.add(group, "create", create_doc());
  command.add_option("NAME", flags->names, "Tables of davit.yaml; all of them when none is named")->type_name("NAME");
  command.add_option("--key", flags->key, "Key of a table that is not in davit.yaml: name, name:N, or [partition, sort]")
      ->type_name("SPEC");
  command.add_option("--index", flags->indexes, "A global index of it; repeatable")->type_name("NAME=SPEC")->allow_extra_args(false);
  command
      .add_option("--from", flags->from, "A description of the table to make, as `table describe -o json` prints it; - is standard input")
      ->type_name("FILE");
  command.add_option("--name", flags->name, "With --from: the table's name, instead of the described one's")->type_name("NAME");
  command.add_option("--timeout", flags->timeout, "How long to wait until all are active (default: 10m)")->type_name("DURATION");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
