// SPDX-License-Identifier: Apache-2.0
// Billing mode, provisioned, on-demand and warm throughput of a table that is there.
#include "aws/local/dynamodb/throughput_changes.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/table_description.hpp"
#include "aws/local/dynamodb/throughput_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_invalid_throughput = "One or more parameter values were invalid: ";
constexpr std::int64_t k_day = 24 * 3600;

std::int64_t units_of(const Json& throughput, const char* unit)
{
  return integer_member(throughput, unit).value_or(0);
}

void go_on_demand(Json& description, TimePoint now)
{
  for (const auto& [summary, mode] :
       {std::pair("BillingModeSummary", "BillingMode"), std::pair("TableThroughputModeSummary", "TableThroughputMode")}) {
    description[summary] = {{mode, "PAY_PER_REQUEST"}, {"LastUpdateToPayPerRequestDateTime", epoch_seconds(now)}};
  }
  description["ProvisionedThroughput"].update(described_throughput(nullptr));
  raise_warm_throughput(description, k_initial_read_units, k_initial_write_units);
  if (description.contains("GlobalSecondaryIndexes")) {
    for (auto& index : description["GlobalSecondaryIndexes"]) {
      index["ProvisionedThroughput"].update(described_throughput(nullptr));
    }
  }
}

Complaint unchanged_complaint(const Json& current, const Json& wanted, const std::string& subject)
{
  const std::int64_t read = units_of(current, "ReadCapacityUnits");
  const std::int64_t write = units_of(current, "WriteCapacityUnits");
  if (read != units_of(wanted, "ReadCapacityUnits") || write != units_of(wanted, "WriteCapacityUnits")) {
    return std::nullopt;
  }
  return fmt::format(
      "The provisioned throughput for the {2} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for "
      "the {2}: {0}. Requested ReadCapacityUnits: {0}. Current WriteCapacityUnits provisioned for the {2}: {1}. Requested WriteCapacityUnits: {1}. Refer "
      "to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
      read, write, subject);
}

/// Every index needs its own throughput when a table leaves PAY_PER_REQUEST.
Complaint missing_index_throughput(const Json& input, const Json& description)
{
  const Json* updates = member_of(input, "GlobalSecondaryIndexUpdates");
  const auto is_given = [updates](const Json& index) {
    const Json none = Json::array();
    const Json& all = updates == nullptr ? none : *updates;
    return std::any_of(all.begin(), all.end(), [&index](const Json& update) {
      const Json* change = member_of(update, "Update");
      return change != nullptr && change->at("IndexName") == index.at("IndexName") &&
             member_of(*change, "ProvisionedThroughput") != nullptr;
    });
  };
  std::vector<std::string> missing;
  for (const auto& index : description.value("GlobalSecondaryIndexes", Json::array())) {
    if (!is_given(index)) {
      missing.push_back(index.at("IndexName").get<std::string>());
    }
  }
  return missing.empty() ? std::nullopt
                         : Complaint(fmt::format("{}ProvisionedThroughput must be specified for index: {}", k_invalid_throughput,
                                                 fmt::join(missing, ",")));
}

/// The units change when the table has settled; until then the old ones are shown, with the time of the request.
void change_units(const Json& wanted, Json& record, TimePoint now)
{
  Json& current = record["description"]["ProvisionedThroughput"];
  Json before = current;
  const auto moves = [&](auto compare) {
    return compare(units_of(wanted, "ReadCapacityUnits"), units_of(current, "ReadCapacityUnits")) ||
           compare(units_of(wanted, "WriteCapacityUnits"), units_of(current, "WriteCapacityUnits"));
  };
  const double settled = epoch_seconds(now + k_control_plane_delay);
  const double started = epoch_seconds(now);
  const bool is_increase = moves(std::greater<>());
  const bool is_decrease = moves(std::less<>());
  if (is_increase) {
    before["LastIncreaseDateTime"] = started;
    current["LastIncreaseDateTime"] = settled;
  }
  if (is_decrease) {
    const bool is_same_day =
        current.contains("LastDecreaseDateTime") &&
        static_cast<std::int64_t>(current["LastDecreaseDateTime"].get<double>()) / k_day == static_cast<std::int64_t>(started) / k_day;
    current["NumberOfDecreasesToday"] = (is_same_day ? units_of(current, "NumberOfDecreasesToday") : 0) + 1;
    before["LastDecreaseDateTime"] = started;
    current["LastDecreaseDateTime"] = settled;
  }
  for (const auto* unit : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
    current[unit] = units_of(wanted, unit);
  }
  raise_warm_throughput(record["description"], units_of(wanted, "ReadCapacityUnits"), units_of(wanted, "WriteCapacityUnits"));
  record["meanwhile"]["ProvisionedThroughput"] = std::move(before);
}

Complaint change_provisioned(const Json& input, Json& record, TimePoint now)
{
  const Json* wanted = member_of(input, "ProvisionedThroughput");
  if (wanted == nullptr) {
    return std::nullopt;
  }
  Json& description = record["description"];
  if (!is_on_demand(description)) {
    if (auto complaint = unchanged_complaint(description["ProvisionedThroughput"], *wanted, "table")) {
      return complaint;
    }
    change_units(*wanted, record, now);
    return std::nullopt;
  }
  if (text_member(input, "BillingMode") != "PROVISIONED") {
    return fmt::format("{}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
                       k_invalid_throughput);
  }
  if (auto complaint = missing_index_throughput(input, description)) {
    return complaint;
  }
  description["ProvisionedThroughput"].update(described_throughput(wanted));
  description["ProvisionedThroughput"]["LastIncreaseDateTime"] = epoch_seconds(now);
  description["BillingModeSummary"]["BillingMode"] = "PROVISIONED";
  description["TableThroughputModeSummary"]["TableThroughputMode"] = "PROVISIONED";
  return std::nullopt;
}

/// Limits that the request names, beside those that are there; -1 takes one away.
Complaint change_limits(const Json& wanted, const std::string& subject, Json& description)
{
  if (auto complaint = on_demand_change_complaint(wanted, subject)) {
    return complaint;
  }
  Json limits = description.value("OnDemandThroughput", Json::object());
  for (const auto* unit : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
    const auto units = integer_member(wanted, unit);
    if (units && *units == -1) {
      limits.erase(unit);
    } else if (units) {
      limits[unit] = *units;
    }
  }
  description.erase("OnDemandThroughput");
  if (!limits.empty()) {
    description["OnDemandThroughput"] = std::move(limits);
  }
  return std::nullopt;
}

Complaint change_on_demand(const Json& input, Json& description)
{
  const Json* wanted = member_of(input, "OnDemandThroughput");
  const std::string member = wanted == nullptr ? "" : on_demand_member(*wanted);
  if (member.empty()) {
    return std::nullopt;
  }
  if (!is_on_demand(description)) {
    return fmt::format("{}{} for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED", k_invalid_throughput,
                       member);
  }
  return change_limits(*wanted, "table", description);
}

Complaint change_warm(const Json& input, Json& record)
{
  const Json* wanted = member_of(input, "WarmThroughput");
  if (wanted == nullptr) {
    return std::nullopt;
  }
  const Json before = record["description"].at("WarmThroughput");
  if (auto complaint = warm_change_complaint(*wanted, before, "table")) {
    return complaint;
  }
  raise_warm_throughput(record["description"], units_of(*wanted, "ReadUnitsPerSecond"), units_of(*wanted, "WriteUnitsPerSecond"));
  record["meanwhile"]["WarmThroughput"] = before;
  record["meanwhile"]["WarmThroughput"]["Status"] = "UPDATING";
  return std::nullopt;
}

/// What an index of such a table may be asked to change.
Complaint index_kind_complaint(const Json& wanted, bool table_is_on_demand)
{
  const std::string name = wanted.at("IndexName");
  const Json* limits = member_of(wanted, "OnDemandThroughput");
  const bool has_limits = limits != nullptr && !on_demand_member(*limits).empty();
  const bool has_warm = member_of(wanted, "WarmThroughput") != nullptr;
  const bool has_units = member_of(wanted, "ProvisionedThroughput") != nullptr;
  if (table_is_on_demand && has_units) {
    return fmt::format(
        "{}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {} when BillingMode is PAY_PER_REQUEST",
        k_invalid_throughput, name);
  }
  if (table_is_on_demand && !has_limits && !has_warm) {
    return fmt::format(
        "{}The only Updates for index: {} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput",
        k_invalid_throughput, name);
  }
  if (!table_is_on_demand && has_limits) {
    return fmt::format("{}{} for OnDemandThroughput for index : {} cannot be specified when the table BillingMode is PROVISIONED",
                       k_invalid_throughput, on_demand_member(*limits), name);
  }
  if (!table_is_on_demand && !has_units && !has_warm) {
    return fmt::format("{}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {}", k_invalid_throughput, name);
  }
  return std::nullopt;
}

}  // namespace

bool is_on_demand(const Json& description)
{
  return description.value(Json::json_pointer("/BillingModeSummary/BillingMode"), "PROVISIONED") == "PAY_PER_REQUEST";
}

Complaint change_throughputs(const Json& input, Json& record, TimePoint now)
{
  record["meanwhile"] = Json::object();
  Json& description = record["description"];
  if (text_member(input, "BillingMode") == "PAY_PER_REQUEST" && !is_on_demand(description)) {
    go_on_demand(description, now);
  }
  if (auto complaint = change_provisioned(input, record, now)) {
    return complaint;
  }
  if (auto complaint = change_on_demand(input, description)) {
    return complaint;
  }
  return change_warm(input, record);
}

Complaint change_index_throughputs(const Json& wanted, bool table_is_on_demand, Json& index)
{
  const std::string subject = "index " + wanted.at("IndexName").get<std::string>();
  if (auto complaint = index_kind_complaint(wanted, table_is_on_demand)) {
    return complaint;
  }
  if (const Json* units = member_of(wanted, "ProvisionedThroughput")) {
    if (auto complaint = unchanged_complaint(index["ProvisionedThroughput"], *units, subject)) {
      return complaint;
    }
    index["ProvisionedThroughput"].update(described_throughput(units));
    raise_warm_throughput(index, units_of(*units, "ReadCapacityUnits"), units_of(*units, "WriteCapacityUnits"));
  }
  if (const Json* warm = member_of(wanted, "WarmThroughput")) {
    if (auto complaint = warm_change_complaint(*warm, index.at("WarmThroughput"), subject)) {
      return complaint;
    }
    raise_warm_throughput(index, units_of(*warm, "ReadUnitsPerSecond"), units_of(*warm, "WriteUnitsPerSecond"));
  }
  const Json* limits = member_of(wanted, "OnDemandThroughput");
  return limits == nullptr ? std::nullopt : change_limits(*limits, subject, index);
}

}  // namespace davit::aws::local::dynamodb
