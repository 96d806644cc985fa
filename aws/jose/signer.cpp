// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/signer.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/signature.hpp"

namespace davit::aws::jose {
namespace {

Status check_key(const TokenKey& key, Algorithm algorithm, WeakSecrets weak)
{
  if (!key.may_sign) {
    return fail(usage_error("the use or key_ops of the key do not let it sign"));
  }
  if (!fits(key, algorithm)) {
    return fail(usage_error(fmt::format("{} is not for {}", describe(key), name_of(algorithm)), "give another key, or another --alg"));
  }
  if (key.algorithm && !same_algorithm(*key.algorithm, algorithm)) {
    return fail(usage_error(fmt::format("the key is for {} alone, not for {}", name_of(*key.algorithm), name_of(algorithm))));
  }
  const std::size_t least = crypto::hash_size(facts_of(algorithm).hash);
  if (key.secret() != nullptr && key.secret()->bytes().size() < least && weak == WeakSecrets::refused) {
    return fail(usage_error(
        fmt::format("the secret has {} bytes; {} needs {} (RFC 7518 section 3.2)", key.secret()->bytes().size(), name_of(algorithm), least),
        "use a longer secret; --allow-weak-key signs with this one all the same"));
  }
  return {};
}

}  // namespace

Result<std::string> sign_token(const TokenKey& key, Algorithm algorithm, std::string_view header, std::string_view payload,
                               WeakSecrets weak)
{
  DAVIT_TRY(check_key(key, algorithm, weak));
  const AlgorithmFacts& facts = facts_of(algorithm);
  const std::string input = to_base64url(header) + "." + to_base64url(payload);
  std::string signature;
  if (const auto* secret = key.secret()) {
    signature = crypto::Hmac(facts.hash, secret->bytes()).mac(input);
  } else {
    DAVIT_TRY_ASSIGN(signature, crypto::sign(*key.asymmetric(), facts.scheme, facts.hash, input));
  }
  return input + "." + to_base64url(signature);
}

}  // namespace davit::aws::jose
