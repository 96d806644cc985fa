// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/http/message.hpp"

namespace davit::aws::registry {

/// One way in which a registry lets somebody in (RFC 9110 section 11.6.1).
struct Challenge {
  std::string scheme;                             ///< lower case: "bearer", "basic"
  std::map<std::string, std::string> parameters;  ///< names in lower case: realm, service, scope, error

  [[nodiscard]] std::string parameter(const std::string& name) const;
};

/// All challenges of the WWW-Authenticate fields, in their order. What cannot be read ends the list.
std::vector<Challenge> challenges_of(const http::Headers& headers);

}  // namespace davit::aws::registry
