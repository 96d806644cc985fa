// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/bearer_token.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/http/message.hpp"

namespace davit::aws::local::gateway {

std::string bearer_token(std::string value)
{
  constexpr std::string_view k_scheme = "bearer ";
  if (value.size() > k_scheme.size() && http::equals_ignoring_case(std::string_view(value).substr(0, k_scheme.size()), k_scheme)) {
    value.erase(0, k_scheme.size());
    value.erase(0, value.find_first_not_of(' '));
  }
  return value;
}

std::vector<std::string> texts_of(const OrderedJson& value)
{
  std::vector<std::string> texts;
  if (value.is_string()) {
    texts.push_back(value);
  }
  for (const auto& each : value.is_array() ? value : OrderedJson::array()) {
    if (each.is_string()) {
      texts.push_back(each);
    }
  }
  return texts;
}

std::vector<std::string> scopes_of(const OrderedJson& claims)
{
  std::vector<std::string> scopes;
  for (const auto& each : texts_of(claims.value(claims.contains("scope") ? "scope" : "scp", OrderedJson()))) {
    for (std::string_view rest = each; !rest.empty();) {
      const auto end = std::min(rest.find(' '), rest.size());
      if (end > 0) {
        scopes.emplace_back(rest.substr(0, end));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return scopes;
}

bool share_one(const std::vector<std::string>& one, const std::vector<std::string>& other)
{
  return std::any_of(one.begin(), one.end(), [&](const auto& each) { return std::find(other.begin(), other.end(), each) != other.end(); });
}

}  // namespace davit::aws::local::gateway
