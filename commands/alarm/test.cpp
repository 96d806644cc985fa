// SPDX-License-Identifier: Apache-2.0
#include "commands/alarm/test.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>

#include "aws/core/interrupt.hpp"
#include "aws/core/spelling.hpp"
#include "cli/choice.hpp"

namespace davit::commands::alarm {
namespace {

using davit::aws::cloudwatch::Alarm;
using davit::aws::cloudwatch::Client;

constexpr const char* k_reason = "davit alarm test";

struct Flags {
  std::string name;
  std::string state = "ALARM";
  cli::ChangeFlags change;
};

cli::CommandDoc test_doc()
{
  return {
      .summary = "Drive an alarm and its notification, and set it back [API: SetAlarmState]",
      .description =
          "CloudWatch calls the actions of the state as if the alarm had rung by itself: whoever is subscribed is notified. Then the alarm "
          "is set back to the state that it was in, whose actions are called too. Exit code 1 when there is nobody to notify: no action "
          "for the state, or actions that are off. Whether the message arrived, only its reader can tell.\n"
          "-o json prints alarm, arn, stateBefore, state, notified[] (ARNs) and stateAfter.",
      .examples = {{"davit alarm test handler-errors --env prod --yes", "The alarm shop-prod-handler-errors"},
                   {"davit alarm test shop-prod-handler-errors --dry-run", "Whom a test would notify"}},
      .changes = cli::Changes::something};
}

/// Empty when the state calls nothing.
std::vector<std::string> called_in(const Alarm& alarm, const std::string& state)
{
  const auto found = alarm.actions.find(state);
  return alarm.actions_enabled && found != alarm.actions.end() ? found->second : std::vector<std::string>{};
}

std::string called_text(const Alarm& alarm, const std::string& state)
{
  const auto actions = called_in(alarm, state);
  return actions.empty() ? "calls no action" : fmt::format("calls {}", fmt::join(actions, ", "));
}

std::optional<Error> reaches_nobody(const TestRequest& request)
{
  if (!called_in(request.alarm, request.state).empty()) {
    return std::nullopt;
  }
  return failed_error(
      fmt::format("alarm {} reaches nobody: {}", request.alarm.name,
                  request.alarm.actions_enabled ? fmt::format("it has no action for {}", request.state) : "its actions are off"),
      "give it an action, such as `alarms.email` of davit.yaml, and deploy");
}

OrderedJson to_json(const TestRequest& request, const TestResponse& response)
{
  return {{"alarm", request.alarm.name}, {"arn", request.alarm.arn},      {"stateBefore", request.alarm.state},
          {"state", request.state},      {"notified", response.notified}, {"stateAfter", response.state_after}};
}

Result<cli::Outcome> run(cli::Context& context, const Flags& flags)
{
  TestRequest request{.alarm = {}, .state = flags.state};
  DAVIT_TRY_ASSIGN(request.alarm, find_alarm(context, flags.name));
  if (request.alarm.state == request.state) {
    return fail(
        Error{.kind = ErrorKind::conflict,
              .message = fmt::format("alarm {} is in state {} already: {}", request.alarm.name, request.state, request.alarm.state_reason),
              .hint = "actions are called on a change alone; test it when it is in another state, or another --state"});
  }
  const cli::Plan plan = plan_test(request);
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY(cli::confirm(context, plan, flags.change, cli::Danger::moderate, request.alarm.name));
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const TestResponse response, test(request, *session));
  return cli::Outcome{.document = {.data = to_json(request, response)}, .failure = reaches_nobody(request)};
}

}  // namespace

Result<Alarm> find_alarm(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project_if_any());
  const bool has_prefix = project != nullptr && !project->environment.empty();
  std::vector<std::string> names{name};
  if (has_prefix) {
    names.insert(names.begin(), project->physical_name(name));
  }
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  Client client{*session};
  DAVIT_TRY_ASSIGN(auto found, client.describe_alarms({.names = names}));
  for (const auto& each : names) {
    const auto alarm = std::find_if(found.begin(), found.end(), [&](const Alarm& of) { return of.name == each; });
    if (alarm != found.end()) {
      return std::move(*alarm);
    }
  }
  DAVIT_TRY_ASSIGN(const auto others, client.describe_alarms({.prefix = has_prefix ? project->physical_name("") : ""}));
  std::vector<std::string> known;
  std::transform(others.begin(), others.end(), std::back_inserter(known), [](const Alarm& of) { return of.name; });
  const auto near = nearest(names.front(), known);
  return fail(not_found_error(fmt::format("there is no alarm {}", names.front()),
                              near ? fmt::format("did you mean {}?", *near) : "`davit alarm list` shows all of them"));
}

cli::Plan plan_test(const TestRequest& request)
{
  const std::string target = "alarm " + request.alarm.name;
  return {
      .steps = {{.kind = cli::PlanStep::Kind::update,
                 .target = target,
                 .reason = fmt::format("from {} to {}: {}", request.alarm.state, request.state, called_text(request.alarm, request.state))},
                {.kind = cli::PlanStep::Kind::update,
                 .target = target,
                 .reason = fmt::format("back to {}: {}", request.alarm.state, called_text(request.alarm, request.alarm.state))}}};
}

Result<TestResponse> test(const TestRequest& request, davit::aws::auth::Session& session)
{
  const Alarm& alarm = request.alarm;
  Client client{session};
  const FinishScope whole;
  DAVIT_TRY(client.set_alarm_state(alarm.name, request.state, k_reason));
  // CloudWatch sets a metric alarm back by itself when it evaluates it next, often within seconds, but may find other data then.
  auto back = client.set_alarm_state(alarm.name, alarm.state, std::string(k_reason) + " is over");
  if (!back) {
    return fail(std::move(back).error().wrap(
        fmt::format("alarm {} was driven into {} and could not be set back; CloudWatch does that when it evaluates it next", alarm.name,
                    request.state)));
  }
  DAVIT_TRY_ASSIGN(const auto after, client.describe_alarms({.names = {alarm.name}}));
  return TestResponse{.notified = called_in(alarm, request.state), .state_after = after.empty() ? "" : after.front().state};
}

void add_test(CLI::App& group, cli::Registry& registry)
{
  const auto flags = std::make_shared<Flags>();
  CLI::App& command = registry.add(group, "test", test_doc());
  command.add_option("NAME", flags->name, "The alarm, with the prefix of the environment or without")->required()->type_name("NAME");
  command.add_option("--state", flags->state, "The state that it is driven into (default: ALARM)")
      ->check(cli::one_of({"OK", "ALARM", "INSUFFICIENT_DATA"}))
      ->type_name("STATE");
  cli::add_change_flags(command, flags->change, cli::Danger::moderate);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::alarm
