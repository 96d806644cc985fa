// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/weak_key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>

#include <array>
#include <cstdint>

#include "aws/core/encoding.hpp"
#include "aws/crypto/openssl.hpp"

namespace davit::aws::crypto {
namespace {

constexpr int k_least_bits = 2048;
constexpr int k_most_bits = 16384;

/// Whether the residue is a power of 65537 modulo the prime.
bool is_power_of_65537(std::uint64_t residue, std::uint64_t prime)
{
  std::uint64_t power = 1;
  do {
    if (power == residue) {
      return true;
    }
    power = power * 65537 % prime;
  } while (power != 1);
  return false;
}

/// ROCA's primes are k M + (65537^a mod M) with M the product of small primes, so that the modulus is a power of 65537 modulo each of
/// them. A sound modulus passes for all of these with a probability below 2^-27.
bool has_roca_fingerprint(const BIGNUM* modulus)
{
  constexpr std::array<std::uint64_t, 17> k_primes = {11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157};
  return std::all_of(k_primes.begin(), k_primes.end(),
                     [&](std::uint64_t prime) { return is_power_of_65537(BN_mod_word(modulus, prime), prime); });
}

/// The y coordinates of the points of Ed25519 whose order divides 8, least significant byte first.
constexpr std::string_view k_small_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000", "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};

/// Whether the number is below 2^255 - 19; least significant byte first, its highest bit 0. OpenSSL takes the nineteen that are not.
bool is_reduced(std::string_view y)
{
  const bool is_high = y.back() == '\x7F' && y.substr(1, y.size() - 2).find_first_not_of('\xFF') == std::string_view::npos;
  return !is_high || static_cast<unsigned char>(y.front()) < 0xED;
}

/// Whether a b = 1 modulo m - 1, for the exponents of one factor.
bool inverts(const BIGNUM* a, const BIGNUM* b, const BIGNUM* m, BN_CTX* context)
{
  const BigNumber less_one(BN_dup(m));
  const BigNumber product(BN_new());
  return BN_sub_word(less_one.get(), 1) == 1 && !BN_is_zero(less_one.get()) &&
         BN_mod_mul(product.get(), a, b, less_one.get(), context) == 1 && BN_is_one(product.get());
}

bool is_product(const BIGNUM* n, const BIGNUM* p, const BIGNUM* q, BN_CTX* context)
{
  const BigNumber product(BN_new());
  return BN_mul(product.get(), p, q, context) == 1 && BN_cmp(product.get(), n) == 0 && !BN_is_one(p) && !BN_is_one(q);
}

bool is_inverse_modulo(const BIGNUM* qi, const BIGNUM* q, const BIGNUM* p, BN_CTX* context)
{
  const BigNumber product(BN_new());
  return BN_mod_mul(product.get(), qi, q, p, context) == 1 && BN_is_one(product.get());
}

}  // namespace

std::optional<std::string> weakness_of_rsa(const EVP_PKEY* key)
{
  const BigNumber n = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  const BigNumber e = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  if (!n || !e) {
    return "the RSA key has no modulus or no exponent";
  }
  const int bits = BN_num_bits(n.get());
  if (bits < k_least_bits || bits > k_most_bits) {
    return fmt::format("the RSA modulus has {} bits; {} to {} are accepted (RFC 7518 section 3.3)", bits, k_least_bits, k_most_bits);
  }
  if (!BN_is_odd(n.get())) {
    return "the RSA modulus is even";
  }
  if (!BN_is_odd(e.get()) || BN_is_one(e.get()) || BN_num_bits(e.get()) > 64) {
    return "the RSA exponent must be odd, at least 3 and below 2^64";
  }
  if (has_roca_fingerprint(n.get())) {
    return "the RSA key was made by a generator with the ROCA defect (CVE-2017-15361): its private part can be computed";
  }
  return std::nullopt;
}

std::optional<std::string> weakness_of_ed25519(std::string_view x)
{
  std::string y(x);
  y.back() = static_cast<char>(y.back() & 0x7F);  // the sign of x
  if (!is_reduced(y)) {
    return "the Ed25519 public key is no point: its number is not below 2^255 - 19 (RFC 8032 section 5.1.3)";
  }
  const std::string hex = to_hex(y);
  const bool is_small = std::find(std::begin(k_small_order), std::end(k_small_order), hex) != std::end(k_small_order);
  return is_small ? std::optional<std::string>("the Ed25519 public key is a point of small order, under which anyone can sign")
                  : std::nullopt;
}

bool is_consistent_rsa(const EVP_PKEY* key)
{
  const BigNumber p = number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR1);
  const BigNumber q = number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR2);
  if (!p || !q) {
    return true;  // only d is known: the signature made with it is verified instead
  }
  const BigNumber n = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  const BigNumber e = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  const BigNumber d = number_of(key, OSSL_PKEY_PARAM_RSA_D);
  const BigNumber dp = number_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT1);
  const BigNumber dq = number_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT2);
  const BigNumber qi = number_of(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
  const BigNumberContext context(BN_CTX_secure_new());
  return n && e && d && dp && dq && qi && is_product(n.get(), p.get(), q.get(), context.get()) &&
         inverts(e.get(), d.get(), p.get(), context.get()) && inverts(e.get(), d.get(), q.get(), context.get()) &&
         inverts(e.get(), dp.get(), p.get(), context.get()) && inverts(e.get(), dq.get(), q.get(), context.get()) &&
         is_inverse_modulo(qi.get(), q.get(), p.get(), context.get());
}

}  // namespace davit::aws::crypto
