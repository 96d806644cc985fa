// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/signature.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "aws/crypto/openssl.hpp"

namespace davit::aws::crypto {
namespace {

const EVP_MD* algorithm_of(Hash hash)
{
  static const EVP_MD* const k_algorithms[] = {EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA384", nullptr),
                                               EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  return k_algorithms[static_cast<std::size_t>(hash)];
}

bool fits(KeyType type, SignatureScheme scheme)
{
  switch (scheme) {
    case SignatureScheme::rsa_pkcs1:
      return type == KeyType::rsa;
    case SignatureScheme::rsa_pss:
      return type == KeyType::rsa || type == KeyType::rsa_pss;
    case SignatureScheme::ecdsa:
      return type == KeyType::ec;
    case SignatureScheme::ed25519:
      return type == KeyType::ed25519;
  }
  return false;
}

std::size_t size_of_signature(const Key& key)
{
  switch (key.type()) {
    case KeyType::rsa:
    case KeyType::rsa_pss:
      return static_cast<std::size_t>(key.bits() + 7) / 8;
    case KeyType::ec:
      return 2 * field_size(key.curve());
    case KeyType::ed25519:
      return 64;
  }
  return 0;
}

bool set_padding(EVP_PKEY_CTX* context, SignatureScheme scheme, Hash hash)
{
  if (scheme == SignatureScheme::ecdsa) {
    return true;
  }
  const int padding = scheme == SignatureScheme::rsa_pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
  if (EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1 || EVP_PKEY_CTX_set_signature_md(context, algorithm_of(hash)) != 1) {
    return false;
  }
  return scheme == SignatureScheme::rsa_pkcs1 || (EVP_PKEY_CTX_set_rsa_mgf1_md(context, algorithm_of(hash)) == 1 &&
                                                  EVP_PKEY_CTX_set_rsa_pss_saltlen(context, static_cast<int>(hash_size(hash))) == 1);
}

/// A context that signs or verifies hashes of messages; null when the key does not allow it.
EvpKeyContext context_for(const Key& key, SignatureScheme scheme, Hash hash, int (*start)(EVP_PKEY_CTX*))
{
  EvpKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.handle(), nullptr));
  const bool ready = context && start(context.get()) == 1 && set_padding(context.get(), scheme, hash);
  return ready || openssl_failed() ? std::move(context) : nullptr;
}

/// ECDSA's two numbers as OpenSSL takes them, in DER.
std::string to_der(std::string_view r_and_s)
{
  const std::size_t half = r_and_s.size() / 2;
  const EcdsaSignature signature(ECDSA_SIG_new());
  ECDSA_SIG_set0(signature.get(), number_from(r_and_s.substr(0, half)).release(), number_from(r_and_s.substr(half)).release());
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
  unsigned char* at = bytes_of(der);
  i2d_ECDSA_SIG(signature.get(), &at);
  return der;
}

std::string from_der(std::string_view der, std::size_t half)
{
  const unsigned char* at = bytes_of(der);
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  return signature ? to_bytes(ECDSA_SIG_get0_r(signature.get()), half) + to_bytes(ECDSA_SIG_get0_s(signature.get()), half) : std::string();
}

/// Whether a number of the order's own length is at least 1 and below the order.
bool is_in_range(std::string_view number, std::string_view order)
{
  return number < order && number.find_first_not_of('\0') != std::string_view::npos;
}

std::string sign_hash(EVP_PKEY_CTX* context, std::string_view hash, std::size_t most)
{
  std::string out(most, '\0');
  std::size_t length = out.size();
  if (EVP_PKEY_sign(context, bytes_of(out), &length, bytes_of(hash), hash.size()) != 1) {
    openssl_failed();
    return {};
  }
  out.resize(length);
  return out;
}

std::string sign_ed25519(const Key& key, std::string_view message)
{
  const EvpDigestContext context(EVP_MD_CTX_new());
  std::string out(size_of_signature(key), '\0');
  std::size_t length = out.size();
  const bool made = EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.handle()) == 1 &&
                    EVP_DigestSign(context.get(), bytes_of(out), &length, bytes_of(message), message.size()) == 1;
  return made || openssl_failed() ? out : std::string();
}

std::string make_signature(const Key& key, SignatureScheme scheme, Hash hash, std::string_view message)
{
  if (scheme == SignatureScheme::ed25519) {
    return sign_ed25519(key, message);
  }
  const EvpKeyContext context = context_for(key, scheme, hash, EVP_PKEY_sign_init);
  if (!context) {
    return {};
  }
  constexpr std::size_t k_der_overhead = 16;
  const std::string made = sign_hash(context.get(), digest(hash, message), size_of_signature(key) + k_der_overhead);
  return scheme == SignatureScheme::ecdsa ? from_der(made, field_size(key.curve())) : made;
}

Error unfit(const Key& key)
{
  return usage_error(fmt::format("a {} cannot make this kind of signature", describe(key)));
}

}  // namespace

struct SignatureVerifier::State {
  Key key;
  SignatureScheme scheme;
  Hash hash;
  std::size_t size;
  std::string order;       ///< ECDSA: of the curve, as long as half a signature
  EvpKeyContext context;   ///< RSA and ECDSA
  EvpDigestContext whole;  ///< Ed25519, which hashes for itself
};

SignatureVerifier::SignatureVerifier(std::unique_ptr<State> state) : m_state(std::move(state)) {}
SignatureVerifier::SignatureVerifier(SignatureVerifier&&) noexcept = default;
SignatureVerifier& SignatureVerifier::operator=(SignatureVerifier&&) noexcept = default;
SignatureVerifier::~SignatureVerifier() = default;

Result<SignatureVerifier> SignatureVerifier::make(const Key& key, SignatureScheme scheme, Hash hash)
{
  start_openssl();
  auto state = std::make_unique<State>(State{key, scheme, hash, size_of_signature(key), {}, nullptr, nullptr});
  if (!fits(key.type(), scheme)) {
    return fail(unfit(key));
  }
  if (scheme == SignatureScheme::ed25519) {
    state->whole.reset(EVP_MD_CTX_new());
    return SignatureVerifier(std::move(state));
  }
  state->context = context_for(key, scheme, hash, EVP_PKEY_verify_init);
  if (!state->context) {
    return fail(unfit(key));
  }
  if (scheme == SignatureScheme::ecdsa) {
    state->order = to_bytes(number_of(key.handle(), OSSL_PKEY_PARAM_EC_ORDER).get(), state->size / 2);
  }
  return SignatureVerifier(std::move(state));
}

std::size_t SignatureVerifier::signature_size() const
{
  return m_state->size;
}

SignatureCheck SignatureVerifier::check(std::string_view message, std::string_view signature) const
{
  State& state = *m_state;
  if (signature.size() != state.size) {
    return SignatureCheck::wrong_length;
  }
  const auto verdict = [](int result) { return result == 1 || openssl_failed() ? SignatureCheck::good : SignatureCheck::mismatch; };
  if (state.scheme == SignatureScheme::ed25519) {
    return verdict(EVP_DigestVerifyInit(state.whole.get(), nullptr, nullptr, nullptr, state.key.handle()) == 1
                       ? EVP_DigestVerify(state.whole.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size())
                       : 0);
  }
  const std::string hash = digest(state.hash, message);
  if (state.scheme != SignatureScheme::ecdsa) {
    return verdict(EVP_PKEY_verify(state.context.get(), bytes_of(signature), signature.size(), bytes_of(hash), hash.size()));
  }
  const std::size_t half = state.size / 2;
  if (!is_in_range(signature.substr(0, half), state.order) || !is_in_range(signature.substr(half), state.order)) {
    return SignatureCheck::out_of_range;
  }
  const std::string der = to_der(signature);
  return verdict(EVP_PKEY_verify(state.context.get(), bytes_of(der), der.size(), bytes_of(hash), hash.size()));
}

Result<std::string> sign(const Key& key, SignatureScheme scheme, Hash hash, std::string_view message)
{
  if (!key.is_private()) {
    return fail(usage_error(fmt::format("a {} cannot sign", describe(key)), "give the private key"));
  }
  DAVIT_TRY_ASSIGN(const SignatureVerifier verifier, SignatureVerifier::make(key, scheme, hash));
  std::string signature = make_signature(key, scheme, hash, message);
  if (verifier.check(message, signature) != SignatureCheck::good) {
    return fail(usage_error("what the private key signs, its public part does not verify", "the key is damaged; make a new one"));
  }
  return signature;
}

}  // namespace davit::aws::crypto
