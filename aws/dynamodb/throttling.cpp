// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/throttling.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

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

}  // namespace

Error failure_of(const auth::Answer& answer)
{
  Error error = *answer.failure;
  const auto body = parse_json(answer.response.body, "the error");
  const auto reasons = body ? throttling_reasons(*body) : std::set<std::string>{};
  if (!reasons.empty()) {
    error.message += fmt::format(" ({})", fmt::join(reasons, ", "));
  }
  return error;
}

}  // namespace davit::aws::dynamodb
