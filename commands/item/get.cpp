// SPDX-License-Identifier: Apache-2.0
#include "commands/item/get.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/dynamodb/format/expression_text.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

cli::CommandDoc get_doc()
{
  return {.summary = "Print one item [API: GetItem]",
          .description = "Prints the item in plain JSON with all digits of its numbers. Exit code 3 when the table has no such item.",
          .examples = {{"davit item get products p-1 --env local", "By the value of its key"},
                       {"davit item get orders --key '{\"order_id\": \"o-1\"}' -o jsonl", "By its key in plain JSON"}}};
}

struct GetFlags {
  std::string table;
  KeyFlags key;
  std::string projection;
  bool eventual = false;
};

Result<cli::Outcome> run(cli::Context& context, const GetFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  DAVIT_TRY_ASSIGN(const auto key, key_of_flags(access, flags.key));
  aws::dynamodb::GetItemRequest request{.table = access.target.physical_name, .key = key, .consistent = !flags.eventual};
  DAVIT_TRY_ASSIGN(request.projection,
                   aws::dynamodb::format::expand_expression(flags.projection, aws::dynamodb::format::ExpressionKind::projection,
                                                            "--projection", request.placeholders));
  DAVIT_TRY_ASSIGN(const auto item, access.client.get_item(request));
  if (!item) {
    return fail(not_found_error(fmt::format("there is no {}", shown(access, key))));
  }
  return outcome_of(context, *item);
}

}  // namespace

void add_get(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<GetFlags>();
  CLI::App& command = registry.add(group, "get", get_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  add_key_flags(command, flags->key);
  command.add_option("--projection", flags->projection, "Only these attributes: a projection expression")->type_name("EXPRESSION");
  command.add_flag("--eventual", flags->eventual, "An eventually consistent read, at half the price");
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run(context, *flags)); });
}

}  // namespace davit::commands::item
