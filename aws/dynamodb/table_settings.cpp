// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/table_settings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace davit::aws::dynamodb {
namespace {

template <typename T, typename Read>
Result<T> read_settings_answer(std::string_view what, Read read)
{
  try {
    return read();
  } catch (const Json::exception& e) {
    return fail(failed_error(fmt::format("the answer has no {}: {}", what, e.what())));
  }
}

/// Seconds since the epoch; some servers write them in RFC 3339.
std::optional<TimePoint> time_of(const Json& json, const char* member)
{
  const auto found = json.find(member);
  if (found == json.end() || (!found->is_number() && !found->is_string())) {
    return std::nullopt;
  }
  if (found->is_number()) {
    return TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(found->get<double>() * 1000)));
  }
  const auto parsed = parse_time(found->get<std::string>());
  return parsed ? std::optional(*parsed) : std::nullopt;
}

}  // namespace

Result<TimeToLive> time_to_live_from_json(const Json& answer)
{
  return read_settings_answer<TimeToLive>("time to live", [&] {
    const Json& description = answer.at("TimeToLiveDescription");
    return TimeToLive{.status = description.at("TimeToLiveStatus"), .attribute = description.value("AttributeName", "")};
  });
}

Result<PointInTimeRecovery> recovery_from_json(const Json& answer)
{
  return read_settings_answer<PointInTimeRecovery>("point-in-time recovery", [&] {
    const Json& description = answer.at("ContinuousBackupsDescription").at("PointInTimeRecoveryDescription");
    PointInTimeRecovery out{.status = description.at("PointInTimeRecoveryStatus")};
    if (description.contains("RecoveryPeriodInDays")) {
      out.days = description.at("RecoveryPeriodInDays").get<int>();
    }
    out.earliest = time_of(description, "EarliestRestorableDateTime");
    out.latest = time_of(description, "LatestRestorableDateTime");
    return out;
  });
}

Result<Tags> tags_from_json(const Json& answer)
{
  return read_settings_answer<Tags>("tags", [&] {
    Tags out;
    for (const auto& tag : answer.at("Tags")) {
      out.emplace(tag.at("Key"), tag.at("Value"));
    }
    return out;
  });
}

Json time_to_live_document(const std::string& table, const std::string& attribute)
{
  return {{"TableName", table}, {"TimeToLiveSpecification", {{"Enabled", true}, {"AttributeName", attribute}}}};
}

Json recovery_document(const std::string& table, int days)
{
  Json out{{"TableName", table}, {"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", true}}}};
  if (days > 0) {
    out["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] = days;
  }
  return out;
}

}  // namespace davit::aws::dynamodb
