// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/identity_validation.hpp"

#include <regex>

namespace davit::aws::local::gateway {

bool is_validation_expression(const std::string& expression)
{
  try {
    const std::regex compiled(expression, std::regex::ECMAScript);
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

bool is_valid_identity(const std::string& expression, const std::string& identity)
{
  // The library's matcher calls itself for every character; the head of a request is not longer.
  constexpr std::size_t k_longest = 10'240;
  return expression.empty() || (identity.size() <= k_longest && std::regex_match(identity, std::regex(expression, std::regex::ECMAScript)));
}

}  // namespace davit::aws::local::gateway
