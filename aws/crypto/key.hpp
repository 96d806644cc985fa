// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/crypto/secret.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace davit::aws::crypto {

enum class KeyType {
  rsa,
  rsa_pss,  ///< an RSA key whose algorithm identifier (RFC 4055) keeps it for RSASSA-PSS
  ec,
  ed25519,
};

enum class Curve { p256, p384, p521 };

/// Bytes of a coordinate, of a private key and of half a signature: 32, 48 or 66.
std::size_t field_size(Curve curve);

/// "P-256": the curve's name in JWK (RFC 7518 section 6.2.1.1) and FIPS 186.
std::string_view name_of(Curve curve);

/// The numbers of an RSA key (RFC 8017 section 3), big-endian and unsigned.
struct RsaNumbers {
  struct Private {
    Secret d;
    /// All five, or none when only d is known.
    struct Factors {
      Secret p, q, dp, dq, qi;
    };
    std::optional<Factors> factors;
  };
  std::string n;
  std::string e;
  std::optional<Private> secret = std::nullopt;
};

/// A point of a curve (FIPS 186-5), each number of field_size() bytes.
struct EcNumbers {
  Curve curve = Curve::p256;
  std::string x;
  std::string y;
  std::optional<Secret> d = std::nullopt;
};

/// 32 bytes each (RFC 8032 section 5.1.5).
struct Ed25519Bytes {
  std::string x;
  std::optional<Secret> d = std::nullopt;
};

/// An asymmetric key, public or private, that has passed every check of davit: size, range, on the curve, the private part belongs to the
/// public one, and not known to be weak. Copies share it; it never changes.
class Key
{
public:
  /// All `make` functions refuse with a usage error that says what was found and what is needed, and never holds private bytes.
  static Result<Key> make(const RsaNumbers& numbers);
  static Result<Key> make(const EcNumbers& numbers);
  static Result<Key> make(const Ed25519Bytes& bytes);

  /// Takes over a key that OpenSSL decoded; `is_private` says whether it holds the private part.
  static Result<Key> adopt(EVP_PKEY* owned, bool is_private);

  [[nodiscard]] KeyType type() const { return m_type; }
  [[nodiscard]] bool is_private() const { return m_is_private; }

  /// Of an EC key.
  [[nodiscard]] Curve curve() const { return m_curve; }

  /// Bits of the modulus, or of the curve.
  [[nodiscard]] int bits() const;

  [[nodiscard]] EVP_PKEY* handle() const { return m_handle.get(); }

  /// Of a key of that type. The secret parts are there when the key is private.
  [[nodiscard]] RsaNumbers rsa_numbers() const;
  [[nodiscard]] EcNumbers ec_numbers() const;
  [[nodiscard]] Ed25519Bytes ed25519_bytes() const;

private:
  Key(std::shared_ptr<EVP_PKEY> handle, KeyType type, Curve curve, bool is_private)
      : m_handle(std::move(handle)), m_type(type), m_curve(curve), m_is_private(is_private)
  {
  }

  std::shared_ptr<EVP_PKEY> m_handle;
  KeyType m_type;
  Curve m_curve;
  bool m_is_private;
};

/// "private RSA key of 2048 bits", "public EC key on P-256".
std::string describe(const Key& key);

/// A new key. RSA with 65537 as its exponent; `bits` from 2048 to 16384.
Result<Key> generate_rsa(int bits);
Result<Key> generate_ec(Curve curve);
Result<Key> generate_ed25519();

}  // namespace davit::aws::crypto
