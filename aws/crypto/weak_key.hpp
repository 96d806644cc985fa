// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/crypto/key.hpp"

namespace davit::aws::crypto {

/// Why a public RSA key must not be used: a modulus of fewer than 2048 bits (RFC 7518 section 3.3) or more than 16384, an exponent that is
/// even or below 3, or a modulus with the fingerprint of the ROCA defect (CVE-2017-15361). Nothing when it may be used.
std::optional<std::string> weakness_of_rsa(const EVP_PKEY* key);

/// Why a public Ed25519 key must not be used: a number that is not reduced (RFC 8032 section 5.1.3), or a point of small order, under which
/// one signature fits many messages (section 8.9 leaves that check to the user).
std::optional<std::string> weakness_of_ed25519(std::string_view x);

/// Whether the private numbers belong to the public ones. A key that is not its own would sign what its public part does not verify, and
/// a wrong factor betrays the right one in the first signature (Boneh, DeMillo, Lipton 1997).
bool is_consistent_rsa(const EVP_PKEY* key);

}  // namespace davit::aws::crypto
