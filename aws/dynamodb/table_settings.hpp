// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"

/// What DescribeTable does not tell of a table: each has operations of its own.
namespace davit::aws::dynamodb {

struct TimeToLive {
  std::string status;     ///< ENABLED, DISABLED, ENABLING, DISABLING
  std::string attribute;  ///< empty when it is disabled

  [[nodiscard]] bool is_on() const { return status == "ENABLED" || status == "ENABLING"; }
};

struct PointInTimeRecovery {
  std::string status;  ///< ENABLED, DISABLED
  std::optional<int> days = std::nullopt;
  std::optional<TimePoint> earliest = std::nullopt;
  std::optional<TimePoint> latest = std::nullopt;

  [[nodiscard]] bool is_on() const { return status == "ENABLED"; }
};

using Tags = std::map<std::string, std::string>;

/// The answers of DescribeTimeToLive and DescribeContinuousBackups, and a page of ListTagsOfResource. A failed error when they are none.
Result<TimeToLive> time_to_live_from_json(const Json& answer);
Result<PointInTimeRecovery> recovery_from_json(const Json& answer);
Result<Tags> tags_from_json(const Json& answer);

/// The documents of UpdateTimeToLive, to enable it, and of UpdateContinuousBackups; 0 days leaves the period to the service.
Json time_to_live_document(const std::string& table, const std::string& attribute);
Json recovery_document(const std::string& table, int days);

}  // namespace davit::aws::dynamodb
