// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/crypto/pem.hpp"
#include "aws/jose/json_scanner.hpp"
#include "aws/jose/key_set.hpp"

namespace davit::aws::jose {

/// Whether `kty` is one that davit knows: oct, RSA, EC, OKP. A JWK Set's other keys are passed over (RFC 7517 section 5).
bool has_known_type(const ScannedObject& jwk);

/// A JSON Web Key (RFC 7517, RFC 7518 section 6, RFC 8037 section 2). Usage error when a required member is missing or of the wrong type or
/// length, the numbers make no key, or use, key_ops and alg contradict each other or the key.
Result<TokenKey> parse_jwk(const ScannedObject& jwk, WeakSecrets weak);

/// The key as a JWK, compact; the public part has no `d`. A secret has no public part: usage error.
Result<crypto::Secret> to_jwk(const TokenKey& key, crypto::KeyPart part);

/// The keys as a JWK Set (RFC 7517 section 5) on a line of its own. Errors as above.
Result<crypto::Secret> to_jwk_set(const std::vector<TokenKey>& keys, crypto::KeyPart part);

/// RFC 7638 with SHA-256: base64url without padding. That of a secret must stay as secret as the key (RFC 7638 section 7).
std::string thumbprint(const TokenKey& key);

}  // namespace davit::aws::jose
