// SPDX-License-Identifier: Apache-2.0
#include "commands/table/create.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <thread>

#include "aws/core/interrupt.hpp"
#include "commands/table/patience.hpp"

namespace davit::commands::table {
namespace {

using aws::dynamodb::TableDefinition;

/// What a table that is there still lacks of the settings that are set on active tables alone.
Status plan_settings(CreateStep& step, aws::dynamodb::Client& client)
{
  if (!step.definition.time_to_live.empty()) {
    DAVIT_TRY_ASSIGN(const auto time_to_live, client.describe_time_to_live(step.definition.name));
    step.enables_time_to_live = !time_to_live.is_on() || time_to_live.attribute != step.definition.time_to_live;
  }
  if (step.definition.recovery_days) {
    DAVIT_TRY_ASSIGN(const auto recovery, client.describe_recovery(step.definition.name));
    step.enables_recovery = !recovery.is_on();
  }
  return {};
}

Result<CreateStep> plan_step(const TableDefinition& wanted, aws::dynamodb::Client& client)
{
  const auto found = client.describe_table(wanted.name);
  if (!found && found.error().kind != ErrorKind::not_found) {
    return fail(found.error());
  }
  if (!found || found->status == "DELETING") {
    return CreateStep{.kind = found ? CreateStep::Kind::recreate : CreateStep::Kind::create,
                      .definition = wanted,
                      .enables_time_to_live = !wanted.time_to_live.empty(),
                      .enables_recovery = wanted.recovery_days.has_value()};
  }
  const auto differing = differences(wanted, *found);
  if (!differing.empty()) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("table {} is there, but {}", wanted.name, fmt::join(differing, "; ")),
                      .hint = "keys cannot be changed: export its items, delete it and create it anew"});
  }
  CreateStep step{.kind = CreateStep::Kind::skip, .definition = wanted};
  DAVIT_TRY(plan_settings(step, client));
  return step;
}

/// What is not as davit makes tables by itself.
std::vector<std::string> particulars_of(const TableDefinition& table)
{
  std::vector<std::string> out;
  for (const auto& [name, index] : table.indexes) {
    out.push_back(fmt::format("{} index {}: {}", index.is_local ? "local" : "global", name, aws::dynamodb::to_string(index.key)));
  }
  if (table.throughput.provisioned) {
    out.push_back(fmt::format("{} read and {} write units", table.throughput.provisioned->read, table.throughput.provisioned->write));
  }
  if (!table.table_class.empty()) {
    out.push_back("class " + table.table_class);
  }
  if (!table.stream_view_type.empty()) {
    out.push_back("stream of " + table.stream_view_type);
  }
  if (!table.kms_key.empty()) {
    out.push_back("encrypted by " + table.kms_key);
  }
  if (table.deletion_protected) {
    out.emplace_back("protected from deletion");
  }
  for (const auto& [key, value] : table.tags) {
    out.push_back(fmt::format("tag {}={}", key, value));
  }
  return out;
}

cli::PlanStep creation_of(const CreateStep& step)
{
  const std::string target = "table " + step.definition.name;
  if (step.kind == CreateStep::Kind::skip) {
    return {cli::PlanStep::Kind::skip, target, "is there, with the same keys"};
  }
  const auto particulars = particulars_of(step.definition);
  return {
      cli::PlanStep::Kind::create, target,
      fmt::format("key {}{}{}{}", aws::dynamodb::to_string(step.definition.key), particulars.empty() ? "" : "; ",
                  fmt::join(particulars, "; "), step.kind == CreateStep::Kind::recreate ? ", once the deletion under way is done" : "")};
}

/// For a while after a table became active, its backups are not to be had yet.
Status enable_recovery(const TableDefinition& table, const CreatePlan& plan, aws::dynamodb::Client& client)
{
  const InterruptScope scope;
  const auto end = std::chrono::steady_clock::now() + plan.limit;
  for (int attempts = 1;; ++attempts) {
    auto enabled = client.enable_recovery(table.name, *table.recovery_days);
    const bool is_too_early =
        !enabled && enabled.error().service && enabled.error().service->code == "ContinuousBackupsUnavailableException";
    if (!is_too_early || interrupted() != 0 || std::chrono::steady_clock::now() > end) {
      return enabled;
    }
    std::this_thread::sleep_for(back_off(attempts));
  }
}

Status apply_settings(const CreateStep& step, const CreatePlan& plan, aws::dynamodb::Client& client)
{
  const auto& table = step.definition;
  const auto explained = [&](Status status, std::string_view setting) -> Status {
    return status ? status : fail(std::move(status).error().wrap(fmt::format("table {} is there, but not its {}", table.name, setting)));
  };
  if (step.enables_time_to_live) {
    DAVIT_TRY(explained(client.enable_time_to_live(table.name, table.time_to_live), "time to live"));
  }
  if (step.enables_recovery) {
    DAVIT_TRY(explained(enable_recovery(table, plan, client), "point-in-time recovery"));
  }
  return {};
}

}  // namespace

cli::Plan CreatePlan::to_plan() const
{
  cli::Plan plan;
  for (const auto& step : steps) {
    plan.steps.push_back(creation_of(step));
    const std::string target = "table " + step.definition.name;
    if (step.enables_time_to_live) {
      plan.steps.push_back({cli::PlanStep::Kind::update, target, "time to live by attribute " + step.definition.time_to_live});
    }
    if (step.enables_recovery) {
      plan.steps.push_back({cli::PlanStep::Kind::update, target, "point-in-time recovery"});
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
  for (const auto& step : plan.steps) {
    const auto& definition = step.definition;
    if (step.kind == CreateStep::Kind::recreate) {
      DAVIT_TRY(wait_until(client, definition.name, Awaited::deleted, plan.limit, progress));
    }
    if (step.kind == CreateStep::Kind::skip) {
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
    DAVIT_TRY(apply_settings(step, plan, client));
    if (step.enables_time_to_live || step.enables_recovery) {
      response.completed.push_back(step.definition.name);
    }
  }
  return response;
}

}  // namespace davit::commands::table
