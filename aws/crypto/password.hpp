// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::crypto {

/// What a table stores in place of a password: "scrypt$14$8$1$<salt>$<hash>", where 14 is log2 of N, 8 is r, 1 is p (RFC 7914), the salt
/// 16 random bytes, the hash 32 bytes, both in base64 with padding. A bug error when there is no memory for it (16 MiB).
Result<std::string> hash_password(std::string_view password);

/// Whether the password has this hash, compared in constant time. Takes any parameters up to 256 MiB of memory and 2^24 rounds of
/// mixing (N r p), salts of 8 to 64 bytes and hashes of 16 to 64. A failed error when `stored` is no such hash; it never holds the hash.
Result<bool> verify_password(std::string_view password, std::string_view stored);

}  // namespace davit::aws::crypto
