// SPDX-License-Identifier: Apache-2.0
#include "commands/item/put.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/dynamodb/format/plain_json.hpp"
#include "cli/plan.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

cli::CommandDoc put_doc()
{
  return {
      .summary = "Write one item [API: PutItem]",
      .description =
          "Takes the item in plain JSON, from standard input with -; a {\"$password\": \"text\"} in it, of which the hash is stored, from there alone. It takes the place of the item that is there, unless --if-absent or --condition says "
          "otherwise; then exit code 5.",
      .examples = {{"davit item put products '{\"product_id\": \"p-1\", \"price\": 7.50}' --env local", "Write or replace"},
                   {"davit item put products - --if-absent < item.json", "Only when its key is not there"}},
      .changes = cli::Changes::something};
}

struct PutFlags {
  std::string table;
  std::string item;
  std::string condition;
  bool if_absent = false;
  ExpressionFlags expressions;
  cli::ChangeFlags change;
};

Result<aws::dynamodb::PutItemRequest> request_of(cli::Context& context, Access& access, const PutFlags& flags)
{
  aws::dynamodb::PutItemRequest request{.table = access.target.physical_name};
  std::string text = flags.item;
  if (text == "-") {
    DAVIT_TRY_ASSIGN(text, context.streams().read_stdin("an item"));
  }
  const bool is_input = flags.item == "-";
  DAVIT_TRY_ASSIGN(request.item, parse_plain_item(text, is_input ? "standard input" : "ITEM",
                                                  is_input ? TextOrigin::standard_input : TextOrigin::command_line));
  DAVIT_TRY_ASSIGN(request.placeholders, placeholders_of(flags.expressions));
  DAVIT_TRY_ASSIGN(request.condition, condition_of(flags.condition, request.placeholders));
  if (flags.if_absent) {
    if (!flags.condition.empty()) {
      return fail(usage_error("--if-absent and --condition exclude each other"));
    }
    DAVIT_TRY_ASSIGN(const auto schema, key_schema(access));
    request.condition = "attribute_not_exists(#davit_key)";
    request.placeholders.names.emplace("#davit_key", schema.partition.front().name);
  }
  return request;
}

Result<cli::Outcome> run(cli::Context& context, const PutFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  DAVIT_TRY_ASSIGN(const auto request, request_of(context, access, flags));
  const cli::Plan plan{
      .steps = {{cli::PlanStep::Kind::run, "table " + request.table, "put " + aws::dynamodb::format::to_plain_json(request.item)}}};
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY(access.client.put_item(request));
  return cli::Outcome{.document = {.data = {{"table", access.target.name}, {"physicalName", request.table}, {"written", 1}}}};
}

}  // namespace

void add_put(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<PutFlags>();
  CLI::App& command = registry.add(group, "put", put_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  command.add_option("ITEM", flags->item, "The item in plain JSON; - is standard input")->type_name("JSON")->required();
  command.add_flag("--if-absent", flags->if_absent, "Only when the table has no item with this key");
  command.add_option("--condition", flags->condition, "Only when this condition expression holds for the item that is there")
      ->type_name("EXPRESSION");
  add_expression_flags(command, flags->expressions);
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run(context, *flags)); });
}

}  // namespace davit::commands::item
