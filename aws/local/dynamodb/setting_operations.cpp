// SPDX-License-Identifier: Apache-2.0
// Time to live, point-in-time recovery, limits and endpoints: settings that are kept and shown.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/operations.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr int k_default_recovery_days = 35;
// A new table has its backups off for a while, and then on by themselves.
constexpr double k_seconds_before_backups = 30;

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
Outcome<TablePtr> keep_setting(Engine& engine, store::WriteTransaction& transaction, const Table& table, Json record)
{
  TablePtr changed = std::make_shared<const Table>(table.account_id(), table.region(), std::move(record));
  DAVIT_STORED(engine.catalog.write(*transaction, *changed));
  DAVIT_STORED(transaction.commit());
  engine.catalog.publish(changed);
  return changed;
}

std::string backups_description(const Table& table, TimePoint now)
{
  const Json backups = table.record().value("backups", Json::object());
  const bool is_enabled = backups.contains("enabledAt");
  Json recovery = {{"PointInTimeRecoveryStatus", "DISABLED"}};
  if (is_enabled) {
    recovery = {{"PointInTimeRecoveryStatus", "ENABLED"},
                {"RecoveryPeriodInDays", backups.at("days")},
                {"EarliestRestorableDateTime", backups.at("enabledAt")},
                {"LatestRestorableDateTime", epoch_seconds(now)}};
  }
  const double age = epoch_seconds(now) - table.description().at("CreationDateTime").get<double>();
  return dump_json({{"ContinuousBackupsDescription",
                     {{"ContinuousBackupsStatus", is_enabled || age >= k_seconds_before_backups ? "ENABLED" : "DISABLED"},
                      {"PointInTimeRecoveryDescription", recovery}}}});
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

/// A specification that does not fit what is set now.
Complaint time_to_live_complaint(const std::string& current, const std::string& attribute, bool enabled)
{
  if (!current.empty() && current != attribute) {
    return "TimeToLive is active on a different AttributeName: current AttributeName is " + current;
  }
  if (enabled == current.empty()) {
    return std::nullopt;
  }
  return enabled ? "TimeToLive is already enabled" : "TimeToLive is already disabled";
}

}  // namespace

Outcome<std::string> describe_time_to_live(Engine& engine, const Call& call)
{
  const std::string name = text_member(call.input, "TableName");
  const TablePtr table = find_table(engine, call.caller, name);
  if (!table) {
    return table_not_found(name);
  }
  if (const std::string status = table->status(engine.catalog.now()); status == "CREATING" || status == "DELETING") {
    return validation_error(fmt::format("Cannot describe time to live while table is in {0} state: Current table state is {0}", status));
  }
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
  const auto alone = engine.catalog.alone();
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(const TablePtr table, active_table(engine, call));
  DAVIT_REFUSE_IF(time_to_live_complaint(table->record().value("timeToLive", std::string()), attribute, enabled));
  Json record = table->record();
  if (enabled) {
    record["timeToLive"] = attribute;
  } else {
    record.erase("timeToLive");
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr kept, keep_setting(engine, transaction, *table, std::move(record)));
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
  const bool enabled = flag_member(wanted, "PointInTimeRecoveryEnabled");
  if (!enabled && member_of(wanted, "RecoveryPeriodInDays") != nullptr) {
    return validation_error("Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.");
  }
  const auto alone = engine.catalog.alone();
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(const TablePtr table, backed_up_table(engine, call));
  const TimePoint now = engine.catalog.now();
  Json record = table->record();
  if (!enabled) {
    record["backups"] = Json::object();
  } else {
    const Json current = record.value("backups", Json::object());
    record["backups"] = {{"enabledAt", current.value("enabledAt", epoch_seconds(now))},
                         {"days", integer_member(wanted, "RecoveryPeriodInDays").value_or(k_default_recovery_days)}};
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr kept, keep_setting(engine, transaction, *table, std::move(record)));
  return backups_description(*kept, now);
}

Outcome<std::string> describe_limits(Engine&, const Call&)
{
  return dump_json({{"AccountMaxReadCapacityUnits", 80000},
                    {"AccountMaxWriteCapacityUnits", 80000},
                    {"TableMaxReadCapacityUnits", 40000},
                    {"TableMaxWriteCapacityUnits", 40000}});
}

/// Where the caller is already: AWS's own address would lead it away from here.
Outcome<std::string> describe_endpoints(Engine&, const Call& call)
{
  const std::string address = call.host.empty() ? fmt::format("dynamodb.{}.amazonaws.com", call.caller.region) : call.host;
  return dump_json({{"Endpoints", {{{"Address", address}, {"CachePeriodInMinutes", 1440}}}}});
}

}  // namespace davit::aws::local::dynamodb
