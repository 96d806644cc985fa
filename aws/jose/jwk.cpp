// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/jwk.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/secret.hpp"
#include "aws/jose/reason.hpp"

namespace davit::aws::jose {
namespace {

using crypto::Curve;
using crypto::Key;
using crypto::Secret;

Result<std::optional<std::string>> optional_text(const ScannedObject& jwk, std::string_view name)
{
  const JsonSlice* slice = jwk.find(name);
  if (slice == nullptr) {
    return std::nullopt;
  }
  if (slice->kind != JsonKind::string) {
    return fail(usage_error(fmt::format("the member \"{}\" of the JWK is no string", name)));
  }
  return string_value(*slice);
}

Result<std::string> text_member(const ScannedObject& jwk, std::string_view name)
{
  DAVIT_TRY_ASSIGN(auto text, optional_text(jwk, name));
  if (!text) {
    return fail(usage_error(fmt::format("the JWK has no member \"{}\"", name)));
  }
  return std::move(*text);
}

/// The bytes of a base64url member. Its text is not shown in errors: it may be secret.
Result<std::string> bytes_member(const ScannedObject& jwk, std::string_view name)
{
  DAVIT_TRY_ASSIGN(std::string text, text_member(jwk, name));
  auto bytes = from_base64url(text);
  crypto::cleanse(text);
  if (!bytes) {
    return fail(usage_error(fmt::format("the member \"{}\" of the JWK is not base64url without padding", name)));
  }
  return std::move(*bytes);
}

/// A Base64urlUInt (RFC 7518 section 2): no leading zero byte.
Result<std::string> number_member(const ScannedObject& jwk, std::string_view name)
{
  DAVIT_TRY_ASSIGN(std::string bytes, bytes_member(jwk, name));
  if (bytes.empty() || bytes.front() == '\0') {
    return fail(
        usage_error(fmt::format("the member \"{}\" of the JWK must be a number without leading zero bytes (RFC 7518 section 2)", name)));
  }
  return bytes;
}

Result<std::string> sized_member(const ScannedObject& jwk, std::string_view name, std::size_t size)
{
  DAVIT_TRY_ASSIGN(std::string bytes, bytes_member(jwk, name));
  if (bytes.size() != size) {
    return fail(usage_error(fmt::format("the member \"{}\" of the JWK has {} bytes; {} are needed", name, bytes.size(), size)));
  }
  return bytes;
}

Result<std::optional<crypto::RsaNumbers::Private::Factors>> rsa_factors(const ScannedObject& jwk)
{
  constexpr std::string_view k_names[] = {"p", "q", "dp", "dq", "qi"};
  if (std::none_of(std::begin(k_names), std::end(k_names), [&](std::string_view name) { return jwk.find(name) != nullptr; })) {
    return std::nullopt;
  }
  std::vector<Secret> numbers;
  for (const auto name : k_names) {
    DAVIT_TRY_ASSIGN(std::string number, number_member(jwk, name));
    numbers.emplace_back(std::move(number));
  }
  return crypto::RsaNumbers::Private::Factors{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
}

Result<Key> parse_rsa(const ScannedObject& jwk)
{
  crypto::RsaNumbers numbers;
  DAVIT_TRY_ASSIGN(numbers.n, number_member(jwk, "n"));
  DAVIT_TRY_ASSIGN(numbers.e, number_member(jwk, "e"));
  if (jwk.find("oth") != nullptr) {
    return fail(usage_error("the RSA key has more than two factors (\"oth\"), which is not supported"));
  }
  DAVIT_TRY_ASSIGN(auto factors, rsa_factors(jwk));
  if (jwk.find("d") == nullptr) {
    return factors ? Result<Key>(fail(usage_error("the JWK has factors of a private RSA key but no \"d\""))) : Key::make(numbers);
  }
  DAVIT_TRY_ASSIGN(std::string d, number_member(jwk, "d"));
  numbers.secret = {.d = Secret(std::move(d)), .factors = std::move(factors)};
  return Key::make(numbers);
}

Result<Curve> parse_curve(std::string_view name)
{
  for (const Curve curve : {Curve::p256, Curve::p384, Curve::p521}) {
    if (name == crypto::name_of(curve)) {
      return curve;
    }
  }
  return fail(usage_error(fmt::format("the curve {} of the JWK is not supported", in_quotes(name)), "P-256, P-384 and P-521 are"));
}

Result<Key> parse_ec(const ScannedObject& jwk)
{
  DAVIT_TRY_ASSIGN(const std::string name, text_member(jwk, "crv"));
  crypto::EcNumbers numbers;
  DAVIT_TRY_ASSIGN(numbers.curve, parse_curve(name));
  const std::size_t size = crypto::field_size(numbers.curve);
  DAVIT_TRY_ASSIGN(numbers.x, sized_member(jwk, "x", size));
  DAVIT_TRY_ASSIGN(numbers.y, sized_member(jwk, "y", size));
  if (jwk.find("d") != nullptr) {
    DAVIT_TRY_ASSIGN(std::string d, sized_member(jwk, "d", size));
    numbers.d = Secret(std::move(d));
  }
  return Key::make(numbers);
}

Result<Key> parse_okp(const ScannedObject& jwk)
{
  DAVIT_TRY_ASSIGN(const std::string name, text_member(jwk, "crv"));
  if (name != "Ed25519") {
    return fail(usage_error(fmt::format("the curve {} of the JWK is not supported for signatures", in_quotes(name)), "Ed25519 is"));
  }
  crypto::Ed25519Bytes bytes;
  DAVIT_TRY_ASSIGN(bytes.x, sized_member(jwk, "x", 32));
  if (jwk.find("d") != nullptr) {
    DAVIT_TRY_ASSIGN(std::string d, sized_member(jwk, "d", 32));
    bytes.d = Secret(std::move(d));
  }
  return Key::make(bytes);
}

Result<std::variant<Secret, Key>> parse_material(const ScannedObject& jwk, std::string_view type, WeakSecrets weak)
{
  if (type == "oct") {
    DAVIT_TRY_ASSIGN(std::string k, bytes_member(jwk, "k"));
    const Secret bytes(std::move(k));
    DAVIT_TRY_ASSIGN(TokenKey key, parse_secret(bytes.bytes(), weak));
    return std::move(key.material);
  }
  DAVIT_TRY_ASSIGN(Key key, type == "RSA" ? parse_rsa(jwk) : type == "EC" ? parse_ec(jwk) : parse_okp(jwk));
  return key;
}

/// RFC 7517 section 4.3: strings, none twice.
Result<std::optional<std::vector<std::string>>> key_operations(const ScannedObject& jwk)
{
  const JsonSlice* slice = jwk.find("key_ops");
  if (slice == nullptr) {
    return std::nullopt;
  }
  const Error wrong = usage_error("the member \"key_ops\" of the JWK is not a list of different strings");
  if (slice->kind != JsonKind::array) {
    return fail(wrong);
  }
  std::vector<std::string> operations;
  for (const JsonSlice& element : elements_of(*slice)) {
    if (element.kind != JsonKind::string || std::find(operations.begin(), operations.end(), string_value(element)) != operations.end()) {
      return fail(wrong);
    }
    operations.push_back(string_value(element));
  }
  return operations;
}

Status apply_use(const ScannedObject& jwk, TokenKey& key)
{
  DAVIT_TRY_ASSIGN(const auto use, optional_text(jwk, "use"));
  DAVIT_TRY_ASSIGN(const auto operations, key_operations(jwk));
  const bool for_signatures = !use || *use == "sig";
  key.may_sign = key.may_verify = for_signatures;
  if (!operations) {
    return {};
  }
  const auto lists = [&](std::string_view name) { return std::find(operations->begin(), operations->end(), name) != operations->end(); };
  const bool listed = lists("sign") || lists("verify");
  if (use && (*use == "sig" || *use == "enc") && listed != for_signatures) {
    return fail(usage_error("the members \"use\" and \"key_ops\" of the JWK contradict each other (RFC 7517 section 4.3)"));
  }
  key.may_sign = for_signatures && lists("sign");
  key.may_verify = for_signatures && lists("verify");
  return {};
}

Status apply_algorithm(const ScannedObject& jwk, TokenKey& key)
{
  DAVIT_TRY_ASSIGN(const auto name, optional_text(jwk, "alg"));
  if (!name) {
    return {};
  }
  key.algorithm = algorithm_named(*name);
  if (!key.algorithm) {
    return fail(usage_error(fmt::format("the JWK is for the algorithm {}, which makes no signatures that davit knows", in_quotes(*name))));
  }
  if (!fits(key, *key.algorithm)) {
    return fail(usage_error(fmt::format("the JWK says that {} is for {}", describe(key), *name)));
  }
  return {};
}

}  // namespace

bool has_known_type(const ScannedObject& jwk)
{
  const JsonSlice* slice = jwk.find("kty");
  if (slice == nullptr || slice->kind != JsonKind::string) {
    return false;
  }
  const std::string type = string_value(*slice);
  return type == "oct" || type == "RSA" || type == "EC" || type == "OKP";
}

Result<TokenKey> parse_jwk(const ScannedObject& jwk, WeakSecrets weak)
{
  DAVIT_TRY_ASSIGN(const auto type, optional_text(jwk, "kty"));
  if (!has_known_type(jwk)) {
    return fail(
        usage_error(type ? fmt::format("the key type {} of the JWK is not supported", in_quotes(*type)) : "the JWK has no member \"kty\"",
                    "oct, RSA, EC and OKP are supported"));
  }
  DAVIT_TRY_ASSIGN(auto material, parse_material(jwk, *type, weak));
  TokenKey key{.material = std::move(material)};
  DAVIT_TRY_ASSIGN(key.id, optional_text(jwk, "kid"));
  DAVIT_TRY(apply_use(jwk, key));
  DAVIT_TRY(apply_algorithm(jwk, key));
  if (key.algorithm && key.secret() != nullptr && weak == WeakSecrets::refused &&
      key.secret()->bytes().size() < crypto::hash_size(facts_of(*key.algorithm).hash)) {
    return fail(usage_error(fmt::format("the secret of the JWK has {} bytes, fewer than {} needs (RFC 7518 section 3.2)",
                                        key.secret()->bytes().size(), name_of(*key.algorithm))));
  }
  return key;
}

}  // namespace davit::aws::jose
