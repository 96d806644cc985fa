// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "aws/crypto/digest.hpp"
#include "aws/crypto/key.hpp"
#include "aws/crypto/signature.hpp"

namespace davit::aws::jose {

/// The signature algorithms that davit makes and verifies (RFC 7518 section 3, RFC 8037, RFC 9864).
enum class Algorithm { hs256, hs384, hs512, rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, eddsa, ed25519 };

/// What an algorithm is made of.
struct AlgorithmFacts {
  Algorithm algorithm;
  std::string_view name;  ///< the value of "alg"
  crypto::Hash hash;      ///< Ed25519 takes none
  bool is_mac;
  crypto::SignatureScheme scheme;  ///< of what is no MAC
  crypto::Curve curve;             ///< of ES*
};

const AlgorithmFacts& facts_of(Algorithm algorithm);
std::string_view name_of(Algorithm algorithm);

/// All of them, in the order of the manual.
std::span<const AlgorithmFacts> all_algorithms();

/// Names are case-sensitive (RFC 7515 section 4.1.1). "none" is not among them.
std::optional<Algorithm> algorithm_named(std::string_view name);

/// Whether the two are one algorithm. "EdDSA" with an Ed25519 key is what RFC 9864 calls "Ed25519"; davit knows no other EdDSA key.
bool same_algorithm(Algorithm a, Algorithm b);

/// Whether a key of this type and curve is for the algorithm.
bool fits(const crypto::Key& key, Algorithm algorithm);

}  // namespace davit::aws::jose
