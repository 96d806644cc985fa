// SPDX-License-Identifier: Apache-2.0
// Time to live, point-in-time recovery, limits and endpoints: settings that are kept and shown.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/operations.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_ttl_name = 255;
constexpr int k_default_recovery_days = 35;

Outcome<TablePtr> active_table(Engine& engine, const Call& call)
{
  const std::string name = text_member(call.input, "TableName");
  TablePtr table = find_table(engine, call.caller, name);
  if (!table || !table->is_usable(engine.catalog.now())) {
    return table_not_found(name);
  }
  return table;
}

/// Keeps a changed record.
Outcome<TablePtr> keep_setting(Engine& engine, const Table& table, Json record)
{
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  TablePtr changed = std::make_shared<const Table>(table.account_id(), table.region(), std::move(record));
  DAVIT_STORED(engine.catalog.write(*transaction, *changed));
  DAVIT_STORED(transaction.commit());
  engine.catalog.publish(changed);
  return changed;
}

std::string backups_description(const Table& table, TimePoint now)
{
  const Json backups = table.record().value("backups", Json::object());
  Json recovery = {{"PointInTimeRecoveryStatus", "DISABLED"}};
  if (backups.contains("enabledAt")) {
    recovery = {{"PointInTimeRecoveryStatus", "ENABLED"},
                {"RecoveryPeriodInDays", backups.at("days")},
                {"EarliestRestorableDateTime", backups.at("enabledAt")},
                {"LatestRestorableDateTime", epoch_seconds(now)}};
  }
  return dump_json(
      {{"ContinuousBackupsDescription", {{"ContinuousBackupsStatus", "ENABLED"}, {"PointInTimeRecoveryDescription", recovery}}}});
}

/// Backups have an error of their own for a missing table.
Outcome<TablePtr> backed_up_table(Engine& engine, const Call& call)
{
  const std::string name = text_member(call.input, "TableName");
  TablePtr table = find_table(engine, call.caller, name);
  if (!table || !table->is_usable(engine.catalog.now())) {
    return tl::unexpected(Refusal(Fault{"TableNotFoundException", "Table not found: " + name}));
  }
  return table;
}

}  // namespace

Outcome<std::string> describe_time_to_live(Engine& engine, const Call& call)
{
  DAVIT_ANSWER_ASSIGN(const TablePtr table, active_table(engine, call));
  Json description = {{"TimeToLiveStatus", "DISABLED"}};
  if (table->record().contains("timeToLive")) {
    description = {{"TimeToLiveStatus", "ENABLED"}, {"AttributeName", table->record().at("timeToLive")}};
  }
  return dump_json({{"TimeToLiveDescription", description}});
}

Outcome<std::string> update_time_to_live(Engine& engine, const Call& call)
{
  const Json& wanted = call.input.at("TimeToLiveSpecification");
  const std::string attribute = text_member(wanted, "AttributeName");
  const bool enabled = flag_member(wanted, "Enabled");
  if (attribute.empty() || attribute.size() > k_max_ttl_name) {
    return validation_error(fmt::format(
        "1 validation error detected: Value '{}' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length {}",
        attribute, attribute.empty() ? "greater than or equal to 1" : "less than or equal to 255"));
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr table, active_table(engine, call));
  const std::string current = table->record().value("timeToLive", std::string());
  if (enabled && !current.empty()) {
    return validation_error(current == attribute
                                ? "TimeToLive is already enabled"
                                : "TimeToLive is active on a different AttributeName: current AttributeName is " + current);
  }
  if (!enabled && current.empty()) {
    return validation_error("TimeToLive is already disabled");
  }
  if (!enabled && current != attribute) {
    return validation_error("TimeToLive is active on a different AttributeName: current AttributeName is " + current);
  }
  Json record = table->record();
  if (enabled) {
    record["timeToLive"] = attribute;
  } else {
    record.erase("timeToLive");
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr kept, keep_setting(engine, *table, std::move(record)));
  return dump_json({{"TimeToLiveSpecification", {{"Enabled", enabled}, {"AttributeName", attribute}}}});
}

Outcome<std::string> describe_continuous_backups(Engine& engine, const Call& call)
{
  DAVIT_ANSWER_ASSIGN(const TablePtr table, backed_up_table(engine, call));
  return backups_description(*table, engine.catalog.now());
}

Outcome<std::string> update_continuous_backups(Engine& engine, const Call& call)
{
  const Json& wanted = call.input.at("PointInTimeRecoverySpecification");
  DAVIT_ANSWER_ASSIGN(const TablePtr table, backed_up_table(engine, call));
  const TimePoint now = engine.catalog.now();
  Json record = table->record();
  if (!flag_member(wanted, "PointInTimeRecoveryEnabled")) {
    record["backups"] = Json::object();
  } else {
    const Json current = record.value("backups", Json::object());
    record["backups"] = {{"enabledAt", current.value("enabledAt", epoch_seconds(now))},
                         {"days", integer_member(wanted, "RecoveryPeriodInDays").value_or(k_default_recovery_days)}};
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr kept, keep_setting(engine, *table, std::move(record)));
  return backups_description(*kept, now);
}

Outcome<std::string> describe_limits(Engine&, const Call&)
{
  return dump_json({{"AccountMaxReadCapacityUnits", 80000},
                    {"AccountMaxWriteCapacityUnits", 80000},
                    {"TableMaxReadCapacityUnits", 40000},
                    {"TableMaxWriteCapacityUnits", 40000}});
}

Outcome<std::string> describe_endpoints(Engine&, const Call& call)
{
  return dump_json(
      {{"Endpoints", {{{"Address", fmt::format("dynamodb.{}.amazonaws.com", call.caller.region)}, {"CachePeriodInMinutes", 1440}}}}});
}

}  // namespace davit::aws::local::dynamodb
