// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/crypto/key.hpp"
#include "aws/crypto/secret.hpp"
#include "aws/jose/algorithm.hpp"

namespace davit::aws::jose {

/// A key for tokens: a shared secret (HMAC) or an asymmetric key, with what its JWK says about its use.
struct TokenKey {
  std::variant<crypto::Secret, crypto::Key> material;
  std::optional<std::string> id;                      ///< kid
  std::optional<Algorithm> algorithm = std::nullopt;  ///< alg: the only one it may be used with
  bool may_sign = true;                               ///< by use and key_ops, which say nothing about a key without them
  bool may_verify = true;

  [[nodiscard]] const crypto::Secret* secret() const { return std::get_if<crypto::Secret>(&material); }
  [[nodiscard]] const crypto::Key* asymmetric() const { return std::get_if<crypto::Key>(&material); }
};

/// Whether the key is of the kind that the algorithm takes. Says nothing about lengths, `alg`, use and key_ops.
bool fits(const TokenKey& key, Algorithm algorithm);

/// "a shared secret of 64 bytes", "a public EC key on P-256".
std::string describe(const TokenKey& key);

/// The algorithm a key signs with when nobody names one: its `alg`, else HS256, RS256 (PS256 for an RSA-PSS key), ES* of its curve, EdDSA.
Algorithm usual_algorithm(const TokenKey& key);

/// A key of a set that cannot be used, and why. RFC 7517 section 5 has the others stay usable.
struct UnusableKey {
  std::optional<std::string> id;
  std::string reason;
};

struct KeySet {
  std::vector<TokenKey> keys;
  std::vector<UnusableKey> unusable;
  bool is_set = false;  ///< it came as a JWK Set, be it of one key
};

/// Whether short HMAC keys are accepted: to mint tokens for somebody else's weak secret, and for nothing else.
enum class WeakSecrets { refused, allowed };

/// The key or keys of a file's bytes: PEM, a JWK or a JWK Set (RFC 7517), else the bytes themselves as an HMAC key, exactly as they are.
/// What looks like an asymmetric key in any form is never an HMAC key (RFC 8725 section 2.1): OpenSSH keys and DER are refused. A usage
/// error when there is no usable key, when members or key ids repeat, or when secrets and asymmetric keys are mixed. `name` is the file.
Result<KeySet> parse_key_file(std::string_view bytes, std::string_view name, WeakSecrets weak = WeakSecrets::refused);

/// A shared secret as it is stored: its bytes are the key. Refuses what parse_key_file would not take for one.
Result<TokenKey> parse_secret(std::string_view bytes, WeakSecrets weak = WeakSecrets::refused);

}  // namespace davit::aws::jose
