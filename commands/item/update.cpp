// SPDX-License-Identifier: Apache-2.0
#include "commands/item/update.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>

#include "aws/dynamodb/format/expression_text.hpp"
#include "cli/choice.hpp"
#include "cli/plan.hpp"
#include "commands/item/access.hpp"
#include "commands/item/readable_expression.hpp"
#include "commands/item/update_expression.hpp"

namespace davit::commands::item {
namespace {

using aws::dynamodb::format::expand_expression;
using aws::dynamodb::format::ExpressionKind;

cli::CommandDoc update_doc()
{
  return {
      .summary = "Change attributes of one item [API: UpdateItem]",
      .description =
          "--set, --add, --take and --remove take a path: an attribute's name, reserved words included, or a place inside of one, as address.city or "
          "tags[0]; quotes keep the dots of a name, as in '\"a.b\".c'. Values are plain JSON. --update takes a whole update expression instead. Prints the item as it "
          "is afterwards, or what --return asks for. An item that is not there is made, unless --if-exists; then exit code 5.",
      .examples = {{"davit item update products p-1 --set price=8.25 --remove note --env local", "Set one attribute and remove another"},
                   {"davit item update users u-1 --set 'address.city=\"Hue\"' --set 'phones[0]=\"+84 1\"' --return updated-new",
                    "Places inside of attributes"},
                   {"davit item update products p-1 --add stock=-1 --if-exists", "Count down, never make a new item"}},
      .changes = cli::Changes::something};
}

struct UpdateFlags {
  std::string table;
  KeyFlags key;
  std::vector<std::string> set;
  std::vector<std::string> add;
  std::vector<std::string> take;
  std::vector<std::string> remove;
  std::string update;
  std::string condition;
  bool if_exists = false;
  std::string returned = "all-new";
  ExpressionFlags expressions;
  cli::ChangeFlags change;
};

/// What the flags do, one after the other.
Result<std::string> expression_of(const UpdateFlags& flags, aws::dynamodb::Placeholders& placeholders)
{
  UpdateExpression expression{placeholders};
  for (const auto& assignment : flags.set) {
    DAVIT_TRY(expression.set(assignment));
  }
  for (const auto& assignment : flags.add) {
    DAVIT_TRY(expression.add(assignment));
  }
  for (const auto& assignment : flags.take) {
    DAVIT_TRY(expression.take(assignment));
  }
  for (const auto& path : flags.remove) {
    DAVIT_TRY(expression.remove(path));
  }
  return expression.text();
}

/// ALL_NEW for all-new.
std::string wire_name_of(std::string choice)
{
  std::transform(choice.begin(), choice.end(), choice.begin(), [](char c) { return c == '-' ? '_' : static_cast<char>(c - 'a' + 'A'); });
  return choice;
}

Result<aws::dynamodb::UpdateItemRequest> request_of(Access& access, const UpdateFlags& flags)
{
  aws::dynamodb::UpdateItemRequest request{.table = access.target.physical_name, .return_values = wire_name_of(flags.returned)};
  DAVIT_TRY_ASSIGN(request.key, key_of_flags(access, flags.key));
  DAVIT_TRY_ASSIGN(request.placeholders, placeholders_of(flags.expressions));
  DAVIT_TRY_ASSIGN(const std::string clauses, expression_of(flags, request.placeholders));
  if (clauses.empty() == flags.update.empty()) {
    return fail(usage_error("what to change is needed once", "give --set, --add, --take or --remove, or a whole expression by --update"));
  }
  DAVIT_TRY_ASSIGN(request.update, expand_expression(flags.update, ExpressionKind::update, "--update", request.placeholders));
  DAVIT_TRY_ASSIGN(request.condition, condition_of(flags.condition, request.placeholders));
  request.update += clauses;
  if (flags.if_exists) {
    const std::string exists = "attribute_exists(#davit_key)";
    request.condition = request.condition.empty() ? exists : fmt::format("{} AND ({})", exists, request.condition);
    request.placeholders.names.emplace("#davit_key", request.key.begin()->first);
  }
  return request;
}

Result<cli::Outcome> run(cli::Context& context, const UpdateFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  DAVIT_TRY_ASSIGN(const auto request, request_of(access, flags));
  if (flags.change.dry_run) {
    const std::string condition = request.condition.empty() ? "" : " if " + request.condition;
    const cli::Plan plan{.steps = {{cli::PlanStep::Kind::update, shown(access, request.key),
                                    readable_expression(request.update + condition, request.placeholders)}}};
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY_ASSIGN(const auto item, access.client.update_item(request));
  return flags.returned == "none" ? Result<cli::Outcome>(cli::Outcome{}) : outcome_of(context, item);
}

}  // namespace

void add_update(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<UpdateFlags>();
  CLI::App& command = registry.add(group, "update", update_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  add_key_flags(command, flags->key);
  command.add_option("--set", flags->set, "Set what is at the path; repeatable")->type_name("PATH=VALUE")->allow_extra_args(false);
  command.add_option("--add", flags->add, "Add to a number or a set; repeatable")->type_name("PATH=VALUE")->allow_extra_args(false);
  command.add_option("--take", flags->take, "Take the elements of a set from a set; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_option("--remove", flags->remove, "Remove what is at the path; repeatable")->type_name("PATH")->allow_extra_args(false);
  command.add_option("--update", flags->update, "A whole update expression instead")->type_name("EXPRESSION");
  command.add_option("--condition", flags->condition, "Only when this condition expression holds")->type_name("EXPRESSION");
  command.add_option("--return", flags->returned, "What to print: all-new (default), all-old, updated-new, updated-old or none")
      ->type_name("WHAT")
      ->check(cli::one_of({"all-new", "all-old", "updated-new", "updated-old", "none"}));
  command.add_flag("--if-exists", flags->if_exists, "Only when the item is there");
  add_expression_flags(command, flags->expressions);
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run(context, *flags)); });
}

}  // namespace davit::commands::item
