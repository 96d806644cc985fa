// SPDX-License-Identifier: Apache-2.0
#include "commands/alarm/list.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>

#include "cli/choice.hpp"

namespace davit::commands::alarm {
namespace {

using davit::aws::cloudwatch::Alarm;

cli::CommandDoc list_doc()
{
  return {.summary = "List metric alarms, their state and whom they notify [API: DescribeAlarms]",
          .description =
              "With an environment of davit.yaml the alarms whose names begin as its resources do; else all of the account and region.",
          .examples = {{"davit alarm list --env prod", "The alarms of an environment"},
                       {"davit alarm list --state ALARM -o json", "What rings anywhere in the account"}}};
}

OrderedJson or_null(const std::optional<TimePoint>& time)
{
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson();
}

/// "Sum of Errors >= 1 in 1 of 60 s".
std::string condition_of(const Alarm& alarm)
{
  if (alarm.metric.empty() || !alarm.threshold) {
    return "an expression";
  }
  const std::string sign = alarm.comparison == "GreaterThanThreshold"            ? ">"
                           : alarm.comparison == "LessThanThreshold"             ? "<"
                           : alarm.comparison == "LessThanOrEqualToThreshold"    ? "<="
                           : alarm.comparison == "GreaterThanOrEqualToThreshold" ? ">="
                                                                                 : alarm.comparison;
  return fmt::format("{} of {} {} {:g} in {} x {} s", alarm.statistic, alarm.metric, sign, *alarm.threshold, alarm.evaluation_periods,
                     alarm.period_s);
}

std::string notified_text(const Alarm& alarm)
{
  const auto found = alarm.actions.find("ALARM");
  if (found == alarm.actions.end() || found->second.empty()) {
    return "nobody";
  }
  return alarm.actions_enabled ? fmt::format("{}", fmt::join(found->second, " ")) : "nobody: its actions are off";
}

OrderedJson to_json(const Alarm& alarm)
{
  return {{"name", alarm.name},
          {"arn", alarm.arn},
          {"description", alarm.description},
          {"state", alarm.state},
          {"stateReason", alarm.state_reason},
          {"stateUpdatedAt", or_null(alarm.state_updated)},
          {"actionsEnabled", alarm.actions_enabled},
          {"actions", OrderedJson(alarm.actions)},
          {"metric", alarm.metric},
          {"namespace", alarm.name_space},
          {"dimensions", OrderedJson(alarm.dimensions)},
          {"statistic", alarm.statistic},
          {"comparison", alarm.comparison},
          {"threshold", alarm.threshold ? OrderedJson(*alarm.threshold) : OrderedJson()},
          {"periodSeconds", alarm.period_s},
          {"evaluationPeriods", alarm.evaluation_periods}};
}

Result<cli::Outcome> run(cli::Context& context, ListRequest request)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project_if_any());
  if (request.prefix.empty() && project != nullptr && !project->environment.empty()) {
    request.prefix = project->physical_name("");
  }
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const auto alarms, list(request, *session));
  cli::Document document{.data = {{"alarms", OrderedJson::array()}},
                         .table = cli::Table{.header = {"STATE", "NAME", "RINGS WHEN", "NOTIFIES"}, .rows = {}},
                         .list_member = "alarms"};
  for (const auto& alarm : alarms) {
    document.data["alarms"].push_back(to_json(alarm));
    document.table->rows.push_back({alarm.state, alarm.name, condition_of(alarm), notified_text(alarm)});
  }
  return cli::Outcome{.document = std::move(document)};
}

}  // namespace

Result<std::vector<Alarm>> list(const ListRequest& request, davit::aws::auth::Session& session)
{
  DAVIT_TRY_ASSIGN(auto alarms,
                   davit::aws::cloudwatch::Client(session).describe_alarms({.prefix = request.prefix, .state = request.state}));
  std::sort(alarms.begin(), alarms.end(), [](const Alarm& a, const Alarm& b) { return a.name < b.name; });
  return alarms;
}

void add_list(CLI::App& group, cli::Registry& registry)
{
  const auto request = std::make_shared<ListRequest>();
  CLI::App& command = registry.add(group, "list", list_doc());
  command.add_option("--prefix", request->prefix, "Only alarms whose name begins so")->type_name("TEXT");
  command.add_option("--state", request->state, "Only alarms in this state")
      ->check(cli::one_of({"OK", "ALARM", "INSUFFICIENT_DATA"}))
      ->type_name("STATE");
  registry.bind(command, [request](cli::Context& context) { return run(context, *request); });
}

}  // namespace davit::commands::alarm
