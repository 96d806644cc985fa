// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "aws/crypto/openssl.hpp"
#include "aws/crypto/weak_key.hpp"

namespace davit::aws::crypto {
namespace {

struct CurveFacts {
  Curve curve;
  std::string_view name;
  const char* group;  ///< OpenSSL's name
  int bits;
};

constexpr CurveFacts k_curves[] = {
    {Curve::p256, "P-256", "prime256v1", 256}, {Curve::p384, "P-384", "secp384r1", 384}, {Curve::p521, "P-521", "secp521r1", 521}};

const CurveFacts& facts_of(Curve curve)
{
  return k_curves[static_cast<std::size_t>(curve)];
}

std::string text_of(const EVP_PKEY* key, const char* name)
{
  char text[80] = {};
  std::size_t length = 0;
  return EVP_PKEY_get_utf8_string_param(key, name, text, sizeof text, &length) == 1 ? std::string(text, length) : std::string();
}

Result<Curve> curve_of(const EVP_PKEY* key)
{
  const std::string group = text_of(key, OSSL_PKEY_PARAM_GROUP_NAME);
  for (const auto& known : k_curves) {
    if (group == known.group && text_of(key, OSSL_PKEY_PARAM_EC_ENCODING) == OSSL_PKEY_EC_ENCODING_GROUP) {
      return known.curve;
    }
  }
  openssl_failed();
  return fail(usage_error(
      group.empty() ? "the EC key spells its curve out instead of naming it" : fmt::format("the EC key is on the curve {}", group),
      "use a key on P-256, P-384 or P-521"));
}

Result<KeyType> type_of(const EVP_PKEY* key)
{
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      return KeyType::rsa;
    case EVP_PKEY_RSA_PSS:
      return KeyType::rsa_pss;
    case EVP_PKEY_EC:
      return KeyType::ec;
    case EVP_PKEY_ED25519:
      return KeyType::ed25519;
    default: {
      const char* name = EVP_PKEY_get0_type_name(key);
      return fail(usage_error(fmt::format("a key of type {} signs no tokens", name == nullptr ? "unknown" : name),
                              "use an RSA, EC or Ed25519 key"));
    }
  }
}

std::string raw_public(const EVP_PKEY* key)
{
  std::string out(32, '\0');
  std::size_t length = out.size();
  return EVP_PKEY_get_raw_public_key(key, bytes_of(out), &length) == 1 && length == out.size() ? out : std::string();
}

bool passes_openssl(EVP_PKEY* key, int (*check)(EVP_PKEY_CTX*))
{
  const EvpKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return (context && check(context.get()) == 1) || openssl_failed();
}

Status check_rsa(const EVP_PKEY* key, bool is_private)
{
  if (const auto weakness = weakness_of_rsa(key)) {
    return fail(usage_error(*weakness, "make a new key: davit jwt key generate --alg RS256"));
  }
  if (is_private && !is_consistent_rsa(key)) {
    return fail(usage_error("the private numbers of the RSA key do not belong to its modulus and exponent"));
  }
  return {};
}

Status check_ec(EVP_PKEY* key, bool is_private)
{
  if (!passes_openssl(key, EVP_PKEY_public_check_quick)) {
    return fail(usage_error("the EC key is no point of its curve"));
  }
  if (is_private && !passes_openssl(key, EVP_PKEY_pairwise_check)) {
    return fail(usage_error("the private number of the EC key does not belong to its point"));
  }
  return {};
}

Status check_ed25519(const EVP_PKEY* key)
{
  const std::string x = raw_public(key);
  if (x.empty()) {
    return fail(usage_error("the Ed25519 key has no public part"));
  }
  const auto weakness = weakness_of_ed25519(x);
  return weakness ? Status(fail(usage_error(*weakness))) : Status();
}

/// Numbers on their way into an EVP_PKEY.
class KeyBuilder
{
public:
  void number(const char* name, std::string_view bytes)
  {
    m_numbers.push_back(number_from(bytes));
    OSSL_PARAM_BLD_push_BN(m_builder.get(), name, m_numbers.back().get());
  }
  void octets(const char* name, std::string_view bytes)
  {
    OSSL_PARAM_BLD_push_octet_string(m_builder.get(), name, bytes.data(), bytes.size());
  }
  void text(const char* name, const char* value) { OSSL_PARAM_BLD_push_utf8_string(m_builder.get(), name, value, 0); }

  /// Null when OpenSSL refuses the numbers.
  EVP_PKEY* build(const char* type, bool is_private)
  {
    const OpensslParameters parameters(OSSL_PARAM_BLD_to_param(m_builder.get()));
    const EvpKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    const int selection = is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
    const bool built =
        EVP_PKEY_fromdata_init(context.get()) == 1 && EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) == 1;
    return built || openssl_failed() ? key : nullptr;
  }

private:
  ParameterBuilder m_builder{OSSL_PARAM_BLD_new()};
  std::vector<BigNumber> m_numbers;
};

Result<Key> generated(EVP_PKEY* key)
{
  if (key == nullptr) {
    openssl_failed();
    return fail(Error{.kind = ErrorKind::bug, .message = "OpenSSL made no key"});
  }
  return Key::adopt(key, true);
}

}  // namespace

std::size_t field_size(Curve curve)
{
  return static_cast<std::size_t>(facts_of(curve).bits + 7) / 8;
}

std::string_view name_of(Curve curve)
{
  return facts_of(curve).name;
}

Result<Key> Key::adopt(EVP_PKEY* owned, bool is_private)
{
  const std::shared_ptr<EVP_PKEY> handle(owned, EVP_PKEY_free);
  DAVIT_TRY_ASSIGN(const KeyType type, type_of(owned));
  Curve curve = Curve::p256;
  switch (type) {
    case KeyType::rsa:
    case KeyType::rsa_pss:
      DAVIT_TRY(check_rsa(owned, is_private));
      break;
    case KeyType::ec: {
      DAVIT_TRY_ASSIGN(curve, curve_of(owned));
      DAVIT_TRY(check_ec(owned, is_private));
      break;
    }
    case KeyType::ed25519:
      DAVIT_TRY(check_ed25519(owned));
      break;
  }
  return Key(handle, type, curve, is_private);
}

Result<Key> Key::make(const RsaNumbers& numbers)
{
  start_openssl();
  KeyBuilder builder;
  builder.number(OSSL_PKEY_PARAM_RSA_N, numbers.n);
  builder.number(OSSL_PKEY_PARAM_RSA_E, numbers.e);
  if (numbers.secret) {
    builder.number(OSSL_PKEY_PARAM_RSA_D, numbers.secret->d.bytes());
  }
  if (numbers.secret && numbers.secret->factors) {
    const auto& factors = *numbers.secret->factors;
    builder.number(OSSL_PKEY_PARAM_RSA_FACTOR1, factors.p.bytes());
    builder.number(OSSL_PKEY_PARAM_RSA_FACTOR2, factors.q.bytes());
    builder.number(OSSL_PKEY_PARAM_RSA_EXPONENT1, factors.dp.bytes());
    builder.number(OSSL_PKEY_PARAM_RSA_EXPONENT2, factors.dq.bytes());
    builder.number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, factors.qi.bytes());
  }
  EVP_PKEY* key = builder.build("RSA", numbers.secret.has_value());
  if (key == nullptr) {
    return fail(usage_error("the numbers make no RSA key"));
  }
  return adopt(key, numbers.secret.has_value());
}

Result<Key> Key::make(const EcNumbers& numbers)
{
  start_openssl();
  KeyBuilder builder;
  builder.text(OSSL_PKEY_PARAM_GROUP_NAME, facts_of(numbers.curve).group);
  const std::string point = "\x04" + numbers.x + numbers.y;  // uncompressed (SEC 1 section 2.3.3)
  builder.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  if (numbers.d) {
    builder.number(OSSL_PKEY_PARAM_PRIV_KEY, numbers.d->bytes());
  }
  EVP_PKEY* key = builder.build("EC", numbers.d.has_value());
  if (key == nullptr) {
    return fail(usage_error(fmt::format("the numbers make no EC key: x and y must be a point of {}{}", name_of(numbers.curve),
                                        numbers.d ? ", and d a number below its order" : "")));
  }
  return adopt(key, numbers.d.has_value());
}

Result<Key> Key::make(const Ed25519Bytes& bytes)
{
  start_openssl();
  if (!bytes.d) {
    EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes.x), bytes.x.size());
    return key != nullptr || openssl_failed() ? adopt(key, false) : Result<Key>(fail(usage_error("the bytes make no Ed25519 key")));
  }
  EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes.d->bytes()), bytes.d->bytes().size());
  const EvpKey owner(key);
  if (key == nullptr || raw_public(key) != bytes.x) {
    openssl_failed();
    return fail(usage_error("the private bytes of the Ed25519 key do not belong to its public ones"));
  }
  EVP_PKEY_up_ref(key);
  return adopt(key, true);
}

int Key::bits() const
{
  return m_type == KeyType::ec ? facts_of(m_curve).bits : EVP_PKEY_get_bits(handle());
}

RsaNumbers Key::rsa_numbers() const
{
  const auto number = [this](const char* name) { return to_bytes(number_of(handle(), name).get()); };
  RsaNumbers numbers{.n = number(OSSL_PKEY_PARAM_RSA_N), .e = number(OSSL_PKEY_PARAM_RSA_E)};
  if (!m_is_private) {
    return numbers;
  }
  numbers.secret.emplace().d = Secret(number(OSSL_PKEY_PARAM_RSA_D));
  if (number_of(handle(), OSSL_PKEY_PARAM_RSA_FACTOR1)) {
    numbers.secret->factors = {.p = Secret(number(OSSL_PKEY_PARAM_RSA_FACTOR1)),
                               .q = Secret(number(OSSL_PKEY_PARAM_RSA_FACTOR2)),
                               .dp = Secret(number(OSSL_PKEY_PARAM_RSA_EXPONENT1)),
                               .dq = Secret(number(OSSL_PKEY_PARAM_RSA_EXPONENT2)),
                               .qi = Secret(number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1))};
  }
  return numbers;
}

EcNumbers Key::ec_numbers() const
{
  const auto number = [this](const char* name) { return to_bytes(number_of(handle(), name).get(), field_size(m_curve)); };
  EcNumbers numbers{.curve = m_curve, .x = number(OSSL_PKEY_PARAM_EC_PUB_X), .y = number(OSSL_PKEY_PARAM_EC_PUB_Y)};
  if (m_is_private) {
    numbers.d = Secret(number(OSSL_PKEY_PARAM_PRIV_KEY));
  }
  return numbers;
}

Ed25519Bytes Key::ed25519_bytes() const
{
  Ed25519Bytes bytes{.x = raw_public(handle())};
  if (m_is_private) {
    std::string d(32, '\0');
    std::size_t length = d.size();
    EVP_PKEY_get_raw_private_key(handle(), bytes_of(d), &length);
    bytes.d = Secret(std::move(d));
  }
  return bytes;
}

std::string describe(const Key& key)
{
  const std::string_view part = key.is_private() ? "private" : "public";
  switch (key.type()) {
    case KeyType::rsa:
      return fmt::format("{} RSA key of {} bits", part, key.bits());
    case KeyType::rsa_pss:
      return fmt::format("{} RSA key of {} bits for RSASSA-PSS", part, key.bits());
    case KeyType::ec:
      return fmt::format("{} EC key on {}", part, name_of(key.curve()));
    case KeyType::ed25519:
      return fmt::format("{} Ed25519 key", part);
  }
  return {};
}

Result<Key> generate_rsa(int bits)
{
  if (bits < 2048 || bits > 16384) {
    return fail(usage_error(fmt::format("an RSA key of {} bits is not made", bits), "2048 to 16384 bits; 2048 and 3072 are usual"));
  }
  start_openssl();
  return generated(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
}

Result<Key> generate_ec(Curve curve)
{
  start_openssl();
  return generated(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", facts_of(curve).group));
}

Result<Key> generate_ed25519()
{
  start_openssl();
  return generated(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

}  // namespace davit::aws::crypto
