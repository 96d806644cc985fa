// SPDX-License-Identifier: Apache-2.0
// The functions below are deprecated in favour of EVP, whose first fetch of an algorithm sets the providers up: 0.6 to 1.2 ms, more than
// all else that an offline command does.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "aws/crypto/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <variant>

namespace davit::aws::crypto {
namespace {

/// A SHA-2 computation under way. SHA-384 is SHA-512 with another start, cut short: OpenSSL keeps the length in the context.
class Computation
{
public:
  explicit Computation(Hash hash) : m_hash(hash)
  {
    switch (hash) {
      case Hash::sha256:
        SHA256_Init(&m_context.emplace<SHA256_CTX>());
        break;
      case Hash::sha384:
        SHA384_Init(&m_context.emplace<SHA512_CTX>());
        break;
      case Hash::sha512:
        SHA512_Init(&m_context.emplace<SHA512_CTX>());
        break;
    }
  }

  void update(std::string_view data)
  {
    if (auto* narrow = std::get_if<SHA256_CTX>(&m_context)) {
      SHA256_Update(narrow, data.data(), data.size());
    } else {
      SHA512_Update(&std::get<SHA512_CTX>(m_context), data.data(), data.size());
    }
  }

  std::string finish()
  {
    std::string out(hash_size(m_hash), '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    if (auto* narrow = std::get_if<SHA256_CTX>(&m_context)) {
      SHA256_Final(bytes, narrow);
    } else {
      SHA512_Final(bytes, &std::get<SHA512_CTX>(m_context));
    }
    return out;
  }

  void cleanse()
  {
    std::visit([](auto& context) { OPENSSL_cleanse(&context, sizeof context); }, m_context);
  }

private:
  Hash m_hash;
  std::variant<SHA256_CTX, SHA512_CTX> m_context;
};

std::size_t block_size(Hash hash)
{
  return hash == Hash::sha256 ? SHA256_CBLOCK : SHA512_CBLOCK;
}

/// The computation that has taken in the key, padded to a block and mixed with the byte, as RFC 2104 section 2 wants it.
Computation start_with_key(Hash hash, std::string_view key, unsigned char mixed_with)
{
  std::array<char, SHA512_CBLOCK> block;
  block.fill(static_cast<char>(mixed_with));
  for (std::size_t i = 0; i < key.size(); ++i) {
    block[i] = static_cast<char>(key[i] ^ mixed_with);
  }
  Computation computation(hash);
  computation.update({block.data(), block_size(hash)});
  OPENSSL_cleanse(block.data(), block.size());
  return computation;
}

}  // namespace

std::size_t hash_size(Hash hash)
{
  switch (hash) {
    case Hash::sha256:
      return SHA256_DIGEST_LENGTH;
    case Hash::sha384:
      return SHA384_DIGEST_LENGTH;
    case Hash::sha512:
      return SHA512_DIGEST_LENGTH;
  }
  return 0;
}

std::string digest(Hash hash, std::string_view data)
{
  Computation computation(hash);
  computation.update(data);
  return computation.finish();
}

std::string sha256(std::string_view data)
{
  return digest(Hash::sha256, data);
}

std::string sha1(std::string_view data)
{
  std::string out(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(data.data()), data.size(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view data)
{
  return Hmac(Hash::sha256, key).mac(data);
}

struct Sha256::State {
  Computation computation{Hash::sha256};
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view data)
{
  m_state->computation.update(data);
}

std::string Sha256::finish()
{
  std::string out = m_state->computation.finish();
  m_state->computation = Computation(Hash::sha256);
  return out;
}

struct Hmac::State {
  Computation inner;
  Computation outer;

  State(Hash hash, std::string_view key) : inner(start_with_key(hash, key, 0x36)), outer(start_with_key(hash, key, 0x5C)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State()
  {
    inner.cleanse();
    outer.cleanse();
  }
};

Hmac::Hmac(Hash hash, std::string_view key)
    : m_state(std::make_unique<State>(hash, key.size() > block_size(hash) ? std::string_view(digest(hash, key)) : key))
{
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

std::string Hmac::mac(std::string_view data) const
{
  Computation inner = m_state->inner;
  inner.update(data);
  Computation outer = m_state->outer;
  outer.update(inner.finish());
  return outer.finish();
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace davit::aws::crypto
