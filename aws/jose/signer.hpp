// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/jose/key_set.hpp"

namespace davit::aws::jose {

/// The compact token (RFC 7515 section 7.1) over exactly these bytes. That the header names the algorithm is up to the caller. Usage error
/// when the key is for another algorithm, may not sign, is public, or is too short for the hash without `weak` allowing it.
Result<std::string> sign_token(const TokenKey& key, Algorithm algorithm, std::string_view header, std::string_view payload,
                               WeakSecrets weak);

}  // namespace davit::aws::jose
