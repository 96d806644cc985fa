// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/key.hpp"

namespace davit::aws::crypto {

enum class SignatureScheme {
  rsa_pkcs1,  ///< RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2)
  rsa_pss,    ///< RSASSA-PSS with MGF1 of the same hash and a salt of exactly its size (RFC 7518 section 3.5)
  ecdsa,      ///< r and s side by side, each of field_size() bytes (RFC 7518 section 3.4), never DER
  ed25519,    ///< RFC 8032; takes no hash
};

enum class SignatureCheck {
  good,
  wrong_length,  ///< not as long as the key's signatures are
  out_of_range,  ///< ECDSA: r or s is 0 or not below the order
  mismatch,
};

/// Checks signatures of one key. Keeps OpenSSL's context from one message to the next, which saves a seventh of an RSA-2048 check; so an
/// object belongs to one thread.
class SignatureVerifier
{
public:
  /// A usage error when the key cannot make such signatures.
  static Result<SignatureVerifier> make(const Key& key, SignatureScheme scheme, Hash hash);

  SignatureVerifier(SignatureVerifier&&) noexcept;
  SignatureVerifier& operator=(SignatureVerifier&&) noexcept;
  ~SignatureVerifier();

  [[nodiscard]] std::size_t signature_size() const;

  [[nodiscard]] SignatureCheck check(std::string_view message, std::string_view signature) const;

private:
  struct State;
  explicit SignatureVerifier(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

/// The signature, which has been verified with the public part of the key before it is returned: a broken key signs nothing.
Result<std::string> sign(const Key& key, SignatureScheme scheme, Hash hash, std::string_view message);

}  // namespace davit::aws::crypto
