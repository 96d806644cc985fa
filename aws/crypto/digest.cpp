// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace davit::aws::crypto {
namespace {

constexpr std::size_t k_sha256_size = 32;

const unsigned char* bytes_of(std::string_view text)
{
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Fetched once: OpenSSL 3 looks an algorithm up again at each use of EVP_sha256(), which costs more than a short hash.
const EVP_MD* sha256_algorithm()
{
  static const EVP_MD* const k_algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return k_algorithm;
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : m_state(std::make_unique<State>())
{
  EVP_DigestInit_ex(m_state->context, sha256_algorithm(), nullptr);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view data)
{
  EVP_DigestUpdate(m_state->context, data.data(), data.size());
}

std::string Sha256::finish()
{
  std::string out(k_sha256_size, '\0');
  EVP_DigestFinal_ex(m_state->context, reinterpret_cast<unsigned char*>(out.data()), nullptr);
  EVP_DigestInit_ex(m_state->context, sha256_algorithm(), nullptr);
  return out;
}

std::string sha256(std::string_view data)
{
  std::string out(k_sha256_size, '\0');
  EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, sha256_algorithm(), nullptr);
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view data)
{
  std::string out(k_sha256_size, '\0');
  unsigned length = k_sha256_size;
  HMAC(sha256_algorithm(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(), reinterpret_cast<unsigned char*>(out.data()), &length);
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void cleanse(std::string& secret)
{
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace davit::aws::crypto
