// SPDX-License-Identifier: Apache-2.0
#include "commands/item/update.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "cli/plan.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

cli::CommandDoc update_doc()
{
  return {
      .summary = "Change attributes of one item [API: UpdateItem]",
      .description =
          "--set, --add and --remove take whole attribute names, reserved words and dots included; values are plain JSON. For a place inside of an attribute, --update takes a whole update expression "
          "instead. Prints the item as it is afterwards. An item that is not there is made, unless --if-exists; then exit code 5.",
      .examples = {{"davit item update products p-1 --set price=8.25 --remove note --env local", "Set one attribute and remove another"},
                   {"davit item update products p-1 --add stock=-1 --if-exists", "Count down, never make a new item"}},
      .changes = cli::Changes::something};
}

struct UpdateFlags {
  std::string table;
  KeyFlags key;
  std::vector<std::string> set;
  std::vector<std::string> add;
  std::vector<std::string> remove;
  std::string update;
  std::string condition;
  bool if_exists = false;
  ExpressionFlags expressions;
  cli::ChangeFlags change;
};

/// Writes the clauses of an update expression with placeholders for every name and value, so that reserved words are no matter.
class UpdateExpression
{
public:
  explicit UpdateExpression(aws::dynamodb::Placeholders& placeholders) : m_placeholders(placeholders) {}

  /// `assignments` are NAME=VALUE; `between` stands between the two.
  Status clause(std::string_view keyword, std::string_view between, const std::vector<std::string>& assignments)
  {
    std::string actions;
    for (const auto& assignment : assignments) {
      const auto equals = assignment.find('=');
      if (equals == 0 || equals == std::string::npos) {
        return fail(
            usage_error(fmt::format("'{}' is no NAME=VALUE", assignment), "values are plain JSON: --set price=8.25 --set 'name=\"Lamp\"'"));
      }
      auto value = parse_plain_value(assignment.substr(equals + 1), "the value of " + assignment.substr(0, equals));
      if (!value) {
        return fail(std::move(value).error().with_hint("values are plain JSON, strings in quotes: --set 'name=\"Lamp\"'"));
      }
      const std::string placeholder = fmt::format(":davit{}", m_placeholders.values.size());
      m_placeholders.values.emplace(placeholder, std::move(*value));
      actions += fmt::format("{}{}{}{}", actions.empty() ? "" : ", ", name(assignment.substr(0, equals)), between, placeholder);
    }
    append(keyword, actions);
    return {};
  }

  void removals(const std::vector<std::string>& names)
  {
    std::string actions;
    for (const auto& attribute : names) {
      actions += (actions.empty() ? "" : ", ") + name(attribute);
    }
    append("REMOVE", actions);
  }

  [[nodiscard]] const std::string& text() const { return m_text; }

private:
  std::string name(const std::string& attribute)
  {
    std::string placeholder = fmt::format("#davit{}", m_placeholders.names.size());
    m_placeholders.names.emplace(placeholder, attribute);
    return placeholder;
  }

  void append(std::string_view keyword, const std::string& actions)
  {
    if (!actions.empty()) {
      m_text += fmt::format("{}{} {}", m_text.empty() ? "" : " ", keyword, actions);
    }
  }

  aws::dynamodb::Placeholders& m_placeholders;
  std::string m_text;
};

Result<aws::dynamodb::UpdateItemRequest> request_of(Access& access, const UpdateFlags& flags)
{
  aws::dynamodb::UpdateItemRequest request{
      .table = access.target.physical_name, .update = flags.update, .condition = flags.condition, .return_values = "ALL_NEW"};
  DAVIT_TRY_ASSIGN(request.key, key_of_flags(access, flags.key));
  DAVIT_TRY_ASSIGN(request.placeholders, placeholders_of(flags.expressions));
  UpdateExpression expression{request.placeholders};
  DAVIT_TRY(expression.clause("SET", " = ", flags.set));
  DAVIT_TRY(expression.clause("ADD", " ", flags.add));
  expression.removals(flags.remove);
  if (expression.text().empty() == flags.update.empty()) {
    return fail(usage_error("what to change is needed once", "give --set, --add or --remove, or a whole expression by --update"));
  }
  request.update += expression.text();
  if (flags.if_exists) {
    const std::string exists = "attribute_exists(#davit_key)";
    request.condition = flags.condition.empty() ? exists : fmt::format("{} AND ({})", exists, flags.condition);
    request.placeholders.names.emplace("#davit_key", request.key.begin()->first);
  }
  return request;
}

Result<cli::Outcome> run(cli::Context& context, const UpdateFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  DAVIT_TRY_ASSIGN(const auto request, request_of(access, flags));
  if (flags.change.dry_run) {
    const cli::Plan plan{.steps = {{cli::PlanStep::Kind::update, shown(access, request.key), request.update}}};
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY_ASSIGN(const auto item, access.client.update_item(request));
  return outcome_of(context, item);
}

}  // namespace

void add_update(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<UpdateFlags>();
  CLI::App& command = registry.add(group, "update", update_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  add_key_flags(command, flags->key);
  command.add_option("--set", flags->set, "Set an attribute; repeatable")->type_name("NAME=VALUE")->allow_extra_args(false);
  command.add_option("--add", flags->add, "Add to a number or a set; repeatable")->type_name("NAME=VALUE")->allow_extra_args(false);
  command.add_option("--remove", flags->remove, "Remove an attribute; repeatable")->type_name("NAME")->allow_extra_args(false);
  command.add_option("--update", flags->update, "A whole update expression instead")->type_name("EXPRESSION");
  command.add_option("--condition", flags->condition, "Only when this condition expression holds")->type_name("EXPRESSION");
  command.add_flag("--if-exists", flags->if_exists, "Only when the item is there");
  add_expression_flags(command, flags->expressions);
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run(context, *flags)); });
}

}  // namespace davit::commands::item
