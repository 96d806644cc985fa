// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/secret.hpp"
#include "aws/jose/jwk.hpp"

namespace davit::aws::jose {
namespace {

using crypto::Key;
using crypto::KeyPart;
using crypto::KeyType;
using crypto::Secret;

/// Members of a JWK on their way into its text, which is secret when one of them is: it never moves, so that no copy of it is left behind.
class JwkText
{
public:
  JwkText() { m_text.reserve(k_longest); }

  void text(std::string_view name, std::string_view value)
  {
    begin(name);
    m_text += dump_json(value);
  }
  void bytes(std::string_view name, std::string_view value)
  {
    begin(name);
    std::string encoded = to_base64url(value);
    m_text.append("\"").append(encoded).append("\"");
    crypto::cleanse(encoded);
  }
  void secret(std::string_view name, const Secret& value) { bytes(name, value.bytes()); }

  std::string finish()
  {
    m_text += '}';
    return std::move(m_text);
  }

private:
  static constexpr std::size_t k_longest = 1 << 14;  ///< holds the private key of the longest RSA modulus

  void begin(std::string_view name) { m_text.append(m_text.empty() ? "{\"" : ",\"").append(name).append("\":"); }

  std::string m_text;
};

void write_rsa(JwkText& out, const crypto::RsaNumbers& numbers)
{
  out.text("kty", "RSA");
  out.bytes("n", numbers.n);
  out.bytes("e", numbers.e);
  if (!numbers.secret) {
    return;
  }
  out.secret("d", numbers.secret->d);
  if (numbers.secret->factors) {
    out.secret("p", numbers.secret->factors->p);
    out.secret("q", numbers.secret->factors->q);
    out.secret("dp", numbers.secret->factors->dp);
    out.secret("dq", numbers.secret->factors->dq);
    out.secret("qi", numbers.secret->factors->qi);
  }
}

void write_ec(JwkText& out, const crypto::EcNumbers& numbers)
{
  out.text("kty", "EC");
  out.text("crv", crypto::name_of(numbers.curve));
  out.bytes("x", numbers.x);
  out.bytes("y", numbers.y);
  if (numbers.d) {
    out.secret("d", *numbers.d);
  }
}

void write_ed25519(JwkText& out, const crypto::Ed25519Bytes& bytes)
{
  out.text("kty", "OKP");
  out.text("crv", "Ed25519");
  out.bytes("x", bytes.x);
  if (bytes.d) {
    out.secret("d", *bytes.d);
  }
}

template <typename Numbers>
Numbers public_part(Numbers numbers, KeyPart part)
{
  constexpr bool is_rsa = std::is_same_v<Numbers, crypto::RsaNumbers>;
  if (part == KeyPart::public_part) {
    if constexpr (is_rsa) {
      numbers.secret.reset();
    } else {
      numbers.d.reset();
    }
  }
  return numbers;
}

void write_key(JwkText& out, const Key& key, KeyPart part)
{
  switch (key.type()) {
    case KeyType::rsa:
    case KeyType::rsa_pss:
      return write_rsa(out, public_part(key.rsa_numbers(), part));
    case KeyType::ec:
      return write_ec(out, public_part(key.ec_numbers(), part));
    case KeyType::ed25519:
      return write_ed25519(out, public_part(key.ed25519_bytes(), part));
  }
}

/// The required members alone, in the order of their names (RFC 7638 section 3.2).
std::string thumbprint_input(const TokenKey& token_key)
{
  JwkText out;
  if (const Secret* secret = token_key.secret()) {
    out.secret("k", *secret);
    out.text("kty", "oct");
    return out.finish();
  }
  const Key& key = *token_key.asymmetric();
  switch (key.type()) {
    case KeyType::rsa:
    case KeyType::rsa_pss: {
      const auto numbers = key.rsa_numbers();
      out.bytes("e", numbers.e);
      out.text("kty", "RSA");
      out.bytes("n", numbers.n);
      break;
    }
    case KeyType::ec: {
      const auto numbers = key.ec_numbers();
      out.text("crv", crypto::name_of(numbers.curve));
      out.text("kty", "EC");
      out.bytes("x", numbers.x);
      out.bytes("y", numbers.y);
      break;
    }
    case KeyType::ed25519:
      out.text("crv", "Ed25519");
      out.text("kty", "OKP");
      out.bytes("x", key.ed25519_bytes().x);
      break;
  }
  return out.finish();
}

}  // namespace

Result<Secret> to_jwk(const TokenKey& key, KeyPart part)
{
  JwkText out;
  if (const Secret* secret = key.secret()) {
    if (part == KeyPart::public_part) {
      return fail(usage_error("a shared secret has no public part", "whoever verifies needs the secret itself; or use an asymmetric key"));
    }
    out.text("kty", "oct");
    out.secret("k", *secret);
  } else {
    write_key(out, *key.asymmetric(), part);
  }
  if (key.id) {
    out.text("kid", *key.id);
  }
  if (key.algorithm) {
    out.text("alg", name_of(*key.algorithm));
  }
  return Secret(out.finish());
}

Result<Secret> to_jwk_set(const std::vector<TokenKey>& keys, KeyPart part)
{
  std::vector<Secret> texts;
  std::size_t size = std::string_view("{\"keys\":[]}\n").size();
  for (const TokenKey& key : keys) {
    DAVIT_TRY_ASSIGN(Secret text, to_jwk(key, part));
    size += text.bytes().size() + 1;
    texts.push_back(std::move(text));
  }
  std::string out;
  out.reserve(size);
  for (const Secret& text : texts) {
    out.append(out.empty() ? "{\"keys\":[" : ",").append(text.bytes());
  }
  return Secret(std::move(out.append("]}\n")));
}

std::string thumbprint(const TokenKey& key)
{
  std::string input = thumbprint_input(key);
  std::string out = to_base64url(crypto::sha256(input));
  crypto::cleanse(input);
  return out;
}

}  // namespace davit::aws::jose
