// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/throughput_rules.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_invalid_units = "One or more parameter values were invalid: ";
constexpr std::int64_t k_max_units = 1'000'000'000'000;
constexpr std::string_view k_initial_words =
    "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
    "on-demand-capacity-mode.html#on-demand-capacity-mode-initial";
constexpr std::string_view k_current_words = "current WarmThroughput, decreasing WarmThroughput is not supported";

struct Floor {
  std::int64_t units = 0;
  std::string words;
};

/// The first unit of a WarmThroughput that lies below its floor.
Complaint low_warm_complaint(const Json& wanted, const std::string& subject, const Floor& read, const Floor& write)
{
  for (const auto& [member, floor] : {std::pair("ReadUnitsPerSecond", &read), std::pair("WriteUnitsPerSecond", &write)}) {
    if (const auto units = integer_member(wanted, member); units && *units < floor->units) {
      return fmt::format("{}Requested {} for WarmThroughput for {} is lower than {}", k_invalid_units, member, subject, floor->words);
    }
  }
  return std::nullopt;
}

Complaint new_warm_complaint(const Json& owner, const std::string& subject, bool is_on_demand)
{
  const Json* wanted = member_of(owner, "WarmThroughput");
  const Json* provisioned = member_of(owner, "ProvisionedThroughput");
  if (wanted == nullptr || (!is_on_demand && provisioned == nullptr)) {
    return std::nullopt;
  }
  if (is_on_demand) {
    return low_warm_complaint(*wanted, subject, {k_initial_read_units, std::string(k_initial_words)},
                              {k_initial_write_units, std::string(k_initial_words)});
  }
  const auto floor_of = [&](const std::string& unit) {
    return Floor{integer_member(*provisioned, unit).value_or(0), unit + " of ProvisionedThroughput"};
  };
  return low_warm_complaint(*wanted, subject, floor_of("ReadCapacityUnits"), floor_of("WriteCapacityUnits"));
}

Complaint on_demand_range_complaint(const Json& wanted, const std::string& subject, bool may_clear)
{
  for (const auto* member : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
    const auto units = integer_member(wanted, member);
    if (units && *units < 1 && !(may_clear && *units == -1)) {
      return fmt::format("{}Requested {} for OnDemandThroughput for {} is outside of valid range", k_invalid_units, member, subject);
    }
  }
  return std::nullopt;
}

Complaint new_on_demand_complaint(const Json& owner, const std::string& subject, bool is_on_demand)
{
  const Json* wanted = member_of(owner, "OnDemandThroughput");
  const std::string member = wanted == nullptr ? "" : on_demand_member(*wanted);
  if (member.empty()) {
    return std::nullopt;
  }
  if (!is_on_demand) {
    return fmt::format("{}{} for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.", k_invalid_units, member);
  }
  return on_demand_range_complaint(*wanted, subject, false);
}

}  // namespace

Complaint throughput_complaint(const Json& throughput)
{
  for (const auto* member : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
    if (const auto units = integer_member(throughput, member).value_or(1); units > k_max_units) {
      return fmt::format("Given value {} for {} is out of bounds", units, member);
    }
  }
  return std::nullopt;
}

Complaint new_throughputs_complaint(const Json& input)
{
  const bool is_on_demand = text_member(input, "BillingMode") == "PAY_PER_REQUEST";
  for (auto* look : {new_on_demand_complaint, new_warm_complaint}) {
    if (auto complaint = look(input, "table", is_on_demand)) {
      return complaint;
    }
    const Json* indexes = member_of(input, "GlobalSecondaryIndexes");
    for (const auto& index : indexes == nullptr ? Json::array() : *indexes) {
      if (auto complaint = look(index, "index " + text_member(index, "IndexName"), is_on_demand)) {
        return complaint;
      }
    }
  }
  return std::nullopt;
}

Complaint warm_change_complaint(const Json& wanted, const Json& current, const std::string& subject)
{
  const auto floor_of = [&](const char* unit) { return Floor{integer_member(current, unit).value_or(0), std::string(k_current_words)}; };
  return low_warm_complaint(wanted, subject, floor_of("ReadUnitsPerSecond"), floor_of("WriteUnitsPerSecond"));
}

Complaint on_demand_change_complaint(const Json& wanted, const std::string& subject)
{
  return on_demand_range_complaint(wanted, subject, true);
}

std::string on_demand_member(const Json& throughput)
{
  for (const auto* member : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
    if (member_of(throughput, member) != nullptr) {
      return member;
    }
  }
  return {};
}

Complaint table_class_complaint(const Json& input)
{
  const std::string wanted = text_member(input, "TableClass");
  if (wanted == "STANDARD" || wanted == "STANDARD_INFREQUENT_ACCESS" || member_of(input, "TableClass") == nullptr) {
    return std::nullopt;
  }
  return "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].";
}

}  // namespace davit::aws::local::dynamodb
