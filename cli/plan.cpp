// SPDX-License-Identifier: Apache-2.0
#include "cli/plan.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>

#include "cli/output/table.hpp"

namespace davit::cli {
namespace {

std::string name_of(PlanStep::Kind kind)
{
  switch (kind) {
    case PlanStep::Kind::create:
      return "create";
    case PlanStep::Kind::update:
      return "update";
    case PlanStep::Kind::remove:
      return "delete";
    case PlanStep::Kind::run:
      return "run";
    case PlanStep::Kind::skip:
      return "skip";
  }
  return {};
}

Result<std::string> ask(Context& context, const std::string& question)
{
  DAVIT_TRY(context.streams().err.write(question));
  std::string answer;
  if (!std::getline(std::cin, answer)) {
    return fail(failed_error("no answer was given; nothing was changed"));
  }
  return answer;
}

Error not_confirmed(const std::string& flag)
{
  return usage_error(fmt::format("this needs {} because nobody can be asked here", flag), "add --dry-run to see the plan first");
}

Status confirm_moderate(Context& context, const ChangeFlags& flags)
{
  if (flags.yes) {
    return {};
  }
  if (!context.streams().can_prompt()) {
    return fail(not_confirmed("--yes"));
  }
  DAVIT_TRY_ASSIGN(const std::string answer, ask(context, "Go on? [y/N] "));
  if (answer != "y" && answer != "Y" && answer != "yes") {
    return fail(failed_error("not confirmed; nothing was changed"));
  }
  return {};
}

Status confirm_severe(Context& context, const ChangeFlags& flags, const std::string& name)
{
  if (!flags.confirm.empty()) {
    return flags.confirm == name ? Status{}
                                 : fail(usage_error(fmt::format("--confirm names '{}', but this would destroy '{}'; nothing was changed",
                                                                flags.confirm, name)));
  }
  if (!context.streams().can_prompt()) {
    return fail(not_confirmed("--confirm " + name));
  }
  DAVIT_TRY_ASSIGN(const std::string answer, ask(context, fmt::format("Data will be lost. Type {} to go on: ", name)));
  if (answer != name) {
    return fail(failed_error("the name does not match; nothing was changed"));
  }
  return {};
}

}  // namespace

bool Plan::changes_anything() const
{
  return std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) { return step.kind != PlanStep::Kind::skip; });
}

OrderedJson Plan::to_json() const
{
  OrderedJson out = OrderedJson::array();
  for (const auto& step : steps) {
    out.push_back({{"action", name_of(step.kind)}, {"target", step.target}, {"reason", step.reason}});
  }
  return out;
}

Table Plan::to_table() const
{
  Table table{.header = {"ACTION", "TARGET", "REASON"}, .rows = {}};
  for (const auto& step : steps) {
    table.rows.push_back({name_of(step.kind), step.target, step.reason});
  }
  return table;
}

Document dry_run_document(const Plan& plan)
{
  return {.data = {{"dryRun", true}, {"steps", plan.to_json()}}, .table = plan.to_table(), .list_member = "steps"};
}

void add_change_flags(CLI::App& command, ChangeFlags& flags, Danger danger)
{
  command.add_flag("--dry-run", flags.dry_run, "Print the plan and send no write");
  if (danger == Danger::moderate) {
    command.add_flag("-y,--yes", flags.yes, "Do not ask");
  }
  if (danger == Danger::severe) {
    command.add_option("--confirm", flags.confirm, "Do not ask; must be the name of what is destroyed")->type_name("NAME");
  }
}

Status confirm(Context& context, const Plan& plan, const ChangeFlags& flags, Danger danger, const std::string& name)
{
  if (danger == Danger::mild || !plan.changes_anything()) {
    return {};
  }
  const bool answered = danger == Danger::moderate ? flags.yes : !flags.confirm.empty();
  if (!answered && context.streams().can_prompt()) {
    DAVIT_TRY(context.streams().err.write(render_table(plan.to_table())));
  }
  return danger == Danger::moderate ? confirm_moderate(context, flags) : confirm_severe(context, flags, name);
}

}  // namespace davit::cli
