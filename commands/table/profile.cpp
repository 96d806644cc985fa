// SPDX-License-Identifier: Apache-2.0
#include "commands/table/profile.hpp"

#include <nlohmann/json.hpp>

#include "aws/core/time.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

/// Keeps the answer, or notes why there is none.
template <typename T>
Status keep(TableProfile& profile, const char* setting, std::optional<T>& kept, Result<T> answer)
{
  if (answer) {
    kept = std::move(*answer);
    return {};
  }
  const Error& error = answer.error();
  const bool is_refused = error.service && (error.kind == ErrorKind::failed || error.service->code.starts_with("AccessDenied"));
  if (!is_refused) {
    return fail(std::move(answer).error());
  }
  const bool names_code = error.message.find(error.service->code) != std::string::npos;
  profile.untold.push_back({.setting = setting, .reason = names_code ? error.message : error.service->code + ": " + error.message});
  return {};
}

OrderedJson to_json(const ddb::KeySchema& key)
{
  OrderedJson out = OrderedJson::array();
  for (const auto* role : {"partition", "sort"}) {
    for (const auto& attribute : role == std::string_view("sort") ? key.sort : key.partition) {
      out.push_back({{"name", attribute.name}, {"type", ddb::wire_name(attribute.type)}, {"role", role}});
    }
  }
  return out;
}

OrderedJson units_to_json(const std::optional<ddb::Units>& units, const char* read, const char* write)
{
  return units ? OrderedJson{{read, units->read}, {write, units->write}} : OrderedJson(nullptr);
}

void add_throughput(OrderedJson& out, const ddb::Throughput& throughput)
{
  out["provisionedThroughput"] = units_to_json(throughput.provisioned, "readUnits", "writeUnits");
  out["onDemandThroughput"] = units_to_json(throughput.on_demand, "maxReadUnits", "maxWriteUnits");
  out["warmThroughput"] = units_to_json(throughput.warm, "readUnitsPerSecond", "writeUnitsPerSecond");
}

OrderedJson to_json(const ddb::IndexDescription& index)
{
  OrderedJson out{{"name", index.name},
                  {"key", to_json(index.key)},
                  {"kind", index.is_local ? "local" : "global"},
                  {"projection", index.projection},
                  {"nonKeyAttributes", index.non_key_attributes},
                  {"status", index.status},
                  {"backfilling", index.is_backfilling},
                  {"itemCount", index.item_count},
                  {"sizeBytes", index.size_bytes}};
  if (!index.is_local) {
    add_throughput(out, index.throughput);
  }
  return out;
}

OrderedJson text_or_null(const std::string& text)
{
  return text.empty() ? OrderedJson(nullptr) : OrderedJson(text);
}

OrderedJson time_or_null(const std::optional<TimePoint>& time)
{
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson(nullptr);
}

OrderedJson to_json(const ddb::PointInTimeRecovery& recovery)
{
  return {{"status", recovery.status},
          {"recoveryPeriodDays", recovery.days ? OrderedJson(*recovery.days) : OrderedJson(nullptr)},
          {"earliestRestorableAt", time_or_null(recovery.earliest)},
          {"latestRestorableAt", time_or_null(recovery.latest)}};
}

OrderedJson replicas_of(const ddb::TableDescription& table)
{
  OrderedJson out = OrderedJson::array();
  for (const auto& replica : table.replicas) {
    out.push_back({{"region", replica.region}, {"status", replica.status}});
  }
  return out;
}

void add_settings(OrderedJson& out, const TableProfile& profile)
{
  const auto& table = profile.table;
  out["tableClass"] = table.table_class;
  out["timeToLive"] = nullptr;
  if (profile.time_to_live) {
    out["timeToLive"] = {{"status", profile.time_to_live->status}, {"attributeName", text_or_null(profile.time_to_live->attribute)}};
  }
  out["stream"] = nullptr;
  if (!table.stream_view_type.empty()) {
    out["stream"] = {{"viewType", table.stream_view_type}, {"arn", table.stream_arn}};
  }
  out["pointInTimeRecovery"] = profile.recovery ? to_json(*profile.recovery) : OrderedJson(nullptr);
  out["deletionProtected"] = table.deletion_protected;
  out["encryption"] = {{"type", table.kms_key.empty() ? "owned" : "KMS"},
                       {"status", text_or_null(table.encryption_status)},
                       {"kmsKeyArn", text_or_null(table.kms_key)}};
  out["replicas"] = replicas_of(table);
  out["tags"] = profile.tags ? OrderedJson(*profile.tags) : OrderedJson(nullptr);
  out["untold"] = OrderedJson::array();
  for (const auto& untold : profile.untold) {
    out["untold"].push_back({{"setting", untold.setting}, {"reason", untold.reason}});
  }
}

}  // namespace

Result<TableProfile> profile_of(ddb::Client& client, ddb::TableDescription table)
{
  TableProfile out{.table = std::move(table), .time_to_live = {}, .recovery = {}, .tags = {}, .untold = {}};
  const std::string& name = out.table.name;
  DAVIT_TRY(keep(out, "timeToLive", out.time_to_live, client.describe_time_to_live(name)));
  DAVIT_TRY(keep(out, "pointInTimeRecovery", out.recovery, client.describe_recovery(name)));
  DAVIT_TRY(keep(out, "tags", out.tags, client.list_tags(out.table.arn)));
  return out;
}

ddb::TableDefinition definition_of(const TableProfile& profile)
{
  auto out = ddb::definition_of(profile.table);
  out.tags = profile.tags.value_or(ddb::Tags{});
  if (profile.time_to_live && profile.time_to_live->is_on()) {
    out.time_to_live = profile.time_to_live->attribute;
  }
  if (profile.recovery && profile.recovery->is_on()) {
    out.recovery_days = profile.recovery->days.value_or(0);
  }
  return out;
}

OrderedJson to_json(const TableProfile& profile)
{
  const auto& table = profile.table;
  OrderedJson out{
      {"name", table.name}, {"arn", table.arn}, {"id", text_or_null(table.id)}, {"status", table.status}, {"key", to_json(table.key)}};
  out["indexes"] = OrderedJson::array();
  for (const auto& index : table.indexes) {
    out["indexes"].push_back(to_json(index));
  }
  out["billingMode"] = table.billing_mode;
  add_throughput(out, table.throughput);
  out["createdAt"] = time_or_null(table.created_at);
  out["itemCount"] = table.item_count;
  out["sizeBytes"] = table.size_bytes;
  out["averageItemBytes"] = table.item_count > 0 ? OrderedJson(table.size_bytes / table.item_count) : OrderedJson(nullptr);
  add_settings(out, profile);
  return out;
}

}  // namespace davit::commands::table
