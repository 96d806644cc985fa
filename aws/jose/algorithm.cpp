// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/algorithm.hpp"

#include <algorithm>

namespace davit::aws::jose {
namespace {

using crypto::Curve;
using crypto::Hash;
using crypto::KeyType;
using crypto::SignatureScheme;

constexpr AlgorithmFacts mac(Algorithm algorithm, std::string_view name, Hash hash)
{
  return {algorithm, name, hash, true, SignatureScheme::rsa_pkcs1, Curve::p256};
}

constexpr AlgorithmFacts signature(Algorithm algorithm, std::string_view name, Hash hash, SignatureScheme scheme, Curve curve = Curve::p256)
{
  return {algorithm, name, hash, false, scheme, curve};
}

constexpr AlgorithmFacts k_algorithms[] = {
    mac(Algorithm::hs256, "HS256", Hash::sha256),
    mac(Algorithm::hs384, "HS384", Hash::sha384),
    mac(Algorithm::hs512, "HS512", Hash::sha512),
    signature(Algorithm::rs256, "RS256", Hash::sha256, SignatureScheme::rsa_pkcs1),
    signature(Algorithm::rs384, "RS384", Hash::sha384, SignatureScheme::rsa_pkcs1),
    signature(Algorithm::rs512, "RS512", Hash::sha512, SignatureScheme::rsa_pkcs1),
    signature(Algorithm::ps256, "PS256", Hash::sha256, SignatureScheme::rsa_pss),
    signature(Algorithm::ps384, "PS384", Hash::sha384, SignatureScheme::rsa_pss),
    signature(Algorithm::ps512, "PS512", Hash::sha512, SignatureScheme::rsa_pss),
    signature(Algorithm::es256, "ES256", Hash::sha256, SignatureScheme::ecdsa, Curve::p256),
    signature(Algorithm::es384, "ES384", Hash::sha384, SignatureScheme::ecdsa, Curve::p384),
    signature(Algorithm::es512, "ES512", Hash::sha512, SignatureScheme::ecdsa, Curve::p521),
    signature(Algorithm::eddsa, "EdDSA", Hash::sha512, SignatureScheme::ed25519),
    signature(Algorithm::ed25519, "Ed25519", Hash::sha512, SignatureScheme::ed25519),
};

}  // namespace

const AlgorithmFacts& facts_of(Algorithm algorithm)
{
  return k_algorithms[static_cast<std::size_t>(algorithm)];
}

std::string_view name_of(Algorithm algorithm)
{
  return facts_of(algorithm).name;
}

std::span<const AlgorithmFacts> all_algorithms()
{
  return k_algorithms;
}

std::optional<Algorithm> algorithm_named(std::string_view name)
{
  const auto* found =
      std::find_if(std::begin(k_algorithms), std::end(k_algorithms), [&](const AlgorithmFacts& facts) { return facts.name == name; });
  return found == std::end(k_algorithms) ? std::nullopt : std::optional(found->algorithm);
}

bool same_algorithm(Algorithm a, Algorithm b)
{
  const auto canonical = [](Algorithm algorithm) { return algorithm == Algorithm::eddsa ? Algorithm::ed25519 : algorithm; };
  return canonical(a) == canonical(b);
}

bool fits(const crypto::Key& key, Algorithm algorithm)
{
  const AlgorithmFacts& facts = facts_of(algorithm);
  if (facts.is_mac) {
    return false;
  }
  switch (facts.scheme) {
    case SignatureScheme::rsa_pkcs1:
      return key.type() == KeyType::rsa;
    case SignatureScheme::rsa_pss:
      return key.type() == KeyType::rsa || key.type() == KeyType::rsa_pss;
    case SignatureScheme::ecdsa:
      return key.type() == KeyType::ec && key.curve() == facts.curve;
    case SignatureScheme::ed25519:
      return key.type() == KeyType::ed25519;
  }
  return false;
}

}  // namespace davit::aws::jose
