// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/stream_settings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_invalid_stream = "One or more parameter values were invalid: ";

/// When the stream began, to the millisecond: one that follows another has a name of its own.
std::string stream_label(TimePoint now)
{
  return fmt::format("{}.{:03}", to_rfc3339(now).substr(0, 19), now.time_since_epoch().count() % 1000);
}

/// A stream that is on has a view type, and one that is off has none.
Complaint view_type_complaint(const Json& input, std::string_view missing, std::string_view superfluous)
{
  const Json* stream = member_of(input, "StreamSpecification");
  if (stream == nullptr) {
    return std::nullopt;
  }
  const bool is_enabled = flag_member(*stream, "StreamEnabled");
  if (is_enabled == (member_of(*stream, "StreamViewType") != nullptr)) {
    return std::nullopt;
  }
  return fmt::format("{}{}", k_invalid_stream, is_enabled ? missing : superfluous);
}

}  // namespace

Complaint new_stream_complaint(const Json& input)
{
  return view_type_complaint(input, "Table is being created with a stream enabled, UpdateViewType is required",
                             "Table is being created with a stream disabled, UpdateViewType should not be specified");
}

Complaint stream_change_complaint(const Json& input)
{
  return view_type_complaint(input, "If stream is being enabled then UpdateViewType is required",
                             "If stream is being disabled, then UpdateViewType must not be specified");
}

void describe_stream(const Json& input, Json& description, TimePoint now)
{
  const Json* stream = member_of(input, "StreamSpecification");
  if (stream == nullptr || !flag_member(*stream, "StreamEnabled")) {
    return;
  }
  const std::string label = stream_label(now);
  description["StreamSpecification"] = *stream;
  description["LatestStreamLabel"] = label;
  description["LatestStreamArn"] = description.at("TableArn").get<std::string>() + "/stream/" + label;
}

Complaint change_stream(const Json& input, Json& description, TimePoint now)
{
  const Json* stream = member_of(input, "StreamSpecification");
  if (stream == nullptr) {
    return std::nullopt;
  }
  const bool is_enabled = flag_member(*stream, "StreamEnabled");
  if (is_enabled == description.contains("StreamSpecification")) {
    return fmt::format("{}: TableName: {}", is_enabled ? "Table already has an enabled stream" : "Table has no stream to disable",
                       description.at("TableName").get<std::string>());
  }
  description.erase("StreamSpecification");
  describe_stream(input, description, now);
  return std::nullopt;
}

}  // namespace davit::aws::local::dynamodb
