// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/function_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace davit::aws::local::lambda {
namespace {

std::vector<std::string> split(const std::string& text)
{
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(':', start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

bool is_name(const std::string& text)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

Answer<FunctionName> reachable(FunctionName name, const Caller& caller)
{
  if (name.region != caller.region) {
    return refuse("ResourceNotFoundException",
                  fmt::format("Functions from '{}' are not reachable in this region ('{}')", name.region, caller.region), 404);
  }
  if (name.account != caller.account_id) {
    return refuse("AccessDeniedException",
                  fmt::format("User: {} is not authorized to perform an action of lambda on resource: {} because no resource-based policy "
                              "allows it",
                              caller.arn, name.arn()),
                  403);
  }
  return name;
}

std::string FunctionName::arn() const
{
  return fmt::format("arn:aws:lambda:{}:{}:function:{}{}{}", region, account, name, qualifier.empty() ? "" : ":", qualifier);
}

Answer<FunctionName> parse_function_name(const Caller& caller, const std::string& text)
{
  auto parts = split(text);
  FunctionName parsed{.account = caller.account_id, .region = caller.region};
  if (parts.size() >= 7 && parts[0] == "arn" && parts[2] == "lambda" && parts[5] == "function") {
    parsed.region = parts[3];
    parsed.account = parts[4];
    parts.erase(parts.begin(), parts.begin() + 6);
  } else if (parts.size() >= 3 && parts[1] == "function") {
    parsed.account = parts[0];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  if (parts.size() > 2 || !is_name(parts[0])) {
    return refuse(
        "ValidationException",
        fmt::format(
            "1 validation error detected: Value '{}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression "
            "pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{{2}}(-gov)?-[a-z]+-\\d{{1}}:)?(\\d{{12}}:)?(function:)?([a-zA-Z0-9-_]+)"
            "(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
            text));
  }
  parsed.name = parts[0];
  parsed.qualifier = parts.size() == 2 ? parts[1] : "";
  return parsed;
}

}  // namespace davit::aws::local::lambda
