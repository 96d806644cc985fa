// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/time.hpp"
#include "aws/jose/json_scanner.hpp"
#include "aws/jose/token.hpp"

namespace davit::aws::jose {

/// What a verifier asks of the claims (RFC 7519 section 4.1).
struct ClaimRules {
  std::optional<std::string> issuer;
  std::vector<std::string> audience;  ///< who the verifier is; one of them must be among the token's
  bool any_audience = false;          ///< accept a token that is for an audience although none is given here
  double leeway_s = 0;
};

/// Reads the claims and refuses registered ones of a wrong type. `text` must outlive `object`. False when there is no object to check.
bool read_claims(std::string_view text, const Header& header, ScannedObject& object, Findings& findings);

/// exp: the time has not reached it. nbf: the time has reached it. iat: not later than the time. iss, aud: exact strings, never patterns.
void check_claims(const ScannedObject& claims, const ClaimRules& rules, TimePoint now, Findings& findings);

/// A time claim as an instant; nothing when it is absent, no number, or outside of the years 1 to 9999.
std::optional<TimePoint> time_claim(const ScannedObject& claims, std::string_view name);

}  // namespace davit::aws::jose
