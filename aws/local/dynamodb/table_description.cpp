// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/table_description.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/crypto/random.hpp"
#include "aws/local/dynamodb/stream_settings.hpp"
#include "aws/local/dynamodb/throughput_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

std::string arn_of(const Caller& caller, const std::string& name)
{
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}", caller.region, caller.account_id, name);
}

void copy_member(const Json& from, Json& to, const char* name)
{
  if (const Json* member = member_of(from, name)) {
    to[name] = *member;
  }
}

/// On-demand and warm throughput of a table or an index.
void describe_other_throughputs(const Json& wanted, Json& shown, bool is_on_demand)
{
  if (const Json* limits = member_of(wanted, "OnDemandThroughput"); limits != nullptr && !limits->empty()) {
    shown["OnDemandThroughput"] = *limits;
  }
  const Json& provisioned = shown.at("ProvisionedThroughput");
  const auto raise = [&shown](std::int64_t read, std::int64_t write) { raise_warm_throughput(shown, read, write); };
  raise(is_on_demand ? k_initial_read_units : provisioned.at("ReadCapacityUnits").get<std::int64_t>(),
        is_on_demand ? k_initial_write_units : provisioned.at("WriteCapacityUnits").get<std::int64_t>());
  if (const Json* warm = member_of(wanted, "WarmThroughput")) {
    raise(integer_member(*warm, "ReadUnitsPerSecond").value_or(0), integer_member(*warm, "WriteUnitsPerSecond").value_or(0));
  }
}

void describe_billing(const Json& input, Json& shown, TimePoint now)
{
  shown["ProvisionedThroughput"] = described_throughput(member_of(input, "ProvisionedThroughput"));
  if (text_member(input, "BillingMode") == "PAY_PER_REQUEST") {
    shown["BillingModeSummary"] = {{"BillingMode", "PAY_PER_REQUEST"}, {"LastUpdateToPayPerRequestDateTime", epoch_seconds(now)}};
    shown["TableThroughputModeSummary"] = {{"TableThroughputMode", "PAY_PER_REQUEST"},
                                           {"LastUpdateToPayPerRequestDateTime", epoch_seconds(now)}};
  }
  describe_other_throughputs(input, shown, text_member(input, "BillingMode") == "PAY_PER_REQUEST");
}

void describe_settings(const Json& input, Json& shown, TimePoint now)
{
  shown["DeletionProtectionEnabled"] = flag_member(input, "DeletionProtectionEnabled");
  if (const Json* table_class = member_of(input, "TableClass")) {
    shown["TableClassSummary"] = {{"TableClass", *table_class}};
  }
  describe_encryption(input, shown);
  describe_stream(input, shown, now);
}

Result<Json> described_indexes(store::Connection& connection, const Table& table, const Json& kept, bool is_global, TimePoint now)
{
  Json indexes = Json::array();
  for (Json shown : kept) {
    const auto& name = shown.at("IndexName").get_ref<const std::string&>();
    DAVIT_TRY_ASSIGN(const SpaceTotals totals, totals_of(connection, table.index(name)->space));
    if (is_global) {
      shown["IndexStatus"] = table.index_status(name, now);
      if (table.is_filling(name, now)) {
        // The answer that begins it comes before the first item.
        shown["Backfilling"] = now > table.settled_at() - k_control_plane_delay;
      }
    }
    shown["ItemCount"] = totals.items;
    shown["IndexSizeBytes"] = totals.bytes;
    indexes.push_back(std::move(shown));
  }
  return indexes;
}

}  // namespace

void describe_encryption(const Json& input, Json& shown)
{
  const Json* encryption = member_of(input, "SSESpecification");
  if (encryption == nullptr) {
    return;
  }
  shown.erase("SSEDescription");
  if (flag_member(*encryption, "Enabled")) {
    const std::string key = text_member(*encryption, "KMSMasterKeyId");
    shown["SSEDescription"] = {{"Status", "ENABLED"},
                               {"SSEType", "KMS"},
                               {"KMSMasterKeyArn", key.starts_with("arn:") ? key : shown.at("TableArn").get<std::string>() + "/key"}};
  }
}

Json described_throughput(const Json* wanted)
{
  const auto units = [wanted](const char* name) { return wanted == nullptr ? 0 : integer_member(*wanted, name).value_or(0); };
  return {{"NumberOfDecreasesToday", 0},
          {"ReadCapacityUnits", units("ReadCapacityUnits")},
          {"WriteCapacityUnits", units("WriteCapacityUnits")}};
}

void raise_warm_throughput(Json& description, std::int64_t read_units, std::int64_t write_units)
{
  Json& warm = description["WarmThroughput"];
  for (const auto& [member, units] : {std::pair("ReadUnitsPerSecond", read_units), std::pair("WriteUnitsPerSecond", write_units)}) {
    warm[member] = std::max(integer_member(warm, member).value_or(0), units);
  }
  warm["Status"] = "ACTIVE";
}

Json description_of_new(const Json& input, Json description)
{
  for (const auto* summary : {"BillingModeSummary", "TableThroughputModeSummary"}) {
    if (description.contains(summary)) {
      description[summary].erase("LastUpdateToPayPerRequestDateTime");
    }
  }
  if (member_of(input, "WarmThroughput") == nullptr) {
    description.erase("WarmThroughput");
  }
  if (description.contains("GlobalSecondaryIndexes")) {
    for (auto& index : description["GlobalSecondaryIndexes"]) {
      index.erase("WarmThroughput");
    }
  }
  return description;
}

Json described_index(const Json& wanted, const std::string& table_arn, bool is_global)
{
  Json shown;
  for (const auto* name : {"IndexName", "KeySchema", "Projection"}) {
    copy_member(wanted, shown, name);
  }
  shown["IndexArn"] = table_arn + "/index/" + wanted.at("IndexName").get<std::string>();
  if (is_global) {
    const Json* provisioned = member_of(wanted, "ProvisionedThroughput");
    shown["ProvisionedThroughput"] = described_throughput(provisioned);
    describe_other_throughputs(wanted, shown, provisioned == nullptr);
  }
  return shown;
}

Json new_record(std::int64_t id, const Caller& caller, const Json& input, TimePoint now)
{
  const std::string name = input.at("TableName");
  Json shown = {{"TableName", name},
                {"TableArn", arn_of(caller, name)},
                {"TableId", crypto::random_uuid()},
                {"CreationDateTime", epoch_seconds(now)},
                {"AttributeDefinitions", input.at("AttributeDefinitions")},
                {"KeySchema", input.at("KeySchema")}};
  describe_billing(input, shown, now);
  describe_settings(input, shown, now);
  Json slots = Json::object();
  int slot = 0;
  for (const auto* list : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    if (const Json* indexes = member_of(input, list)) {
      for (const auto& index : *indexes) {
        shown[list].push_back(described_index(index, shown.at("TableArn"), std::string_view(list).starts_with("Global")));
        slots[index.at("IndexName").get<std::string>()] = ++slot;
      }
    }
  }
  Json tags = Json::object();
  if (const Json* wanted = member_of(input, "Tags")) {
    for (const auto& tag : *wanted) {
      tags[tag.at("Key").get<std::string>()] = tag.at("Value");
    }
  }
  return {{"id", id},
          {"description", std::move(shown)},
          {"slots", std::move(slots)},
          {"tags", std::move(tags)},
          {"activeAt", (now + k_control_plane_delay).time_since_epoch().count()}};
}

Result<Json> description_of(store::Connection& connection, const Table& table, TimePoint now)
{
  Json shown = table.description();
  const std::string status = table.status(now);
  DAVIT_TRY_ASSIGN(const SpaceTotals totals, totals_of(connection, table.space()));
  if (table.record().contains("meanwhile") && now < table.settled_at()) {
    shown.update(table.record().at("meanwhile"));
  }
  shown["TableStatus"] = status;
  shown["ItemCount"] = totals.items;
  shown["TableSizeBytes"] = totals.bytes;
  for (const auto* list : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    if (shown.contains(list)) {
      DAVIT_TRY_ASSIGN(shown[list], described_indexes(connection, table, shown[list], std::string_view(list).starts_with("Global"), now));
    }
  }
  if (const auto leaving = table.record().find("leavingIndex"); leaving != table.record().end() && status == "UPDATING") {
    shown["GlobalSecondaryIndexes"].push_back(*leaving);
  }
  return shown;
}

}  // namespace davit::aws::local::dynamodb
