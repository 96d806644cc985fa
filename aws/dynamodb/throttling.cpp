// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/throttling.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/auth/retry.hpp"
#include "aws/core/json.hpp"

namespace davit::aws::dynamodb {
namespace {

/// ThrottlingException spells the member with a small letter.
std::set<std::string> throttling_reasons(const Json& error)
{
  std::set<std::string> out;
  for (const char* const name : {"ThrottlingReasons", "throttlingReasons"}) {
    const auto member = error.find(name);
    if (member == error.end() || !member->is_array()) {
      continue;
    }
    for (const auto& element : *member) {
      const auto reason = element.find("reason");
      if (reason != element.end() && reason->is_string()) {
        out.insert(reason->get<std::string>());
      }
    }
  }
  return out;
}

std::set<std::string> reasons_of(const auth::Answer& answer)
{
  const auto body = parse_json(answer.response.body, "the error");
  return body ? throttling_reasons(*body) : std::set<std::string>{};
}

}  // namespace

Error failure_of(const auth::Answer& answer)
{
  Error error = *answer.failure;
  const auto reasons = reasons_of(answer);
  if (!reasons.empty()) {
    error.message += fmt::format(" ({})", fmt::join(reasons, ", "));
  }
  return error;
}

Throttle throttle_of(const auth::Answer& answer)
{
  const auto& failure = answer.failure;
  if (!failure || !failure->service ||
      auth::retry_reason(failure->service->code, failure->service->http_status) != auth::RetryReason::throttling) {
    return Throttle::none;
  }
  const auto reasons = reasons_of(answer);
  const auto all_end_in = [&](std::string_view limit) {
    return !reasons.empty() &&
           std::all_of(reasons.begin(), reasons.end(), [&](const std::string& reason) { return reason.ends_with(limit); });
  };
  const auto is_of_account = [](const std::string& reason) { return reason.ends_with("AccountLimitExceeded"); };
  if (std::any_of(reasons.begin(), reasons.end(), is_of_account)) {
    return Throttle::account;
  }
  return all_end_in("KeyRangeThroughputExceeded") ? Throttle::key_range : Throttle::table;
}

}  // namespace davit::aws::dynamodb
