// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/key_set.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/pem.hpp"
#include "aws/jose/jwk.hpp"
#include "aws/jose/reason.hpp"

namespace davit::aws::jose {
namespace {

constexpr std::size_t k_largest_file = 1 << 20;
constexpr std::size_t k_most_keys = 1000;
/// The shortest that any HMAC of RFC 7518 takes (section 3.2).
constexpr std::size_t k_least_secret_bytes = 32;

constexpr std::string_view k_white_space = " \t\r\n";

std::string_view without_byte_order_mark(std::string_view text)
{
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  return text.starts_with(k_byte_order_mark) ? text.substr(k_byte_order_mark.size()) : text;
}

std::string_view without_leading_white_space(std::string_view text)
{
  text = without_byte_order_mark(text);
  const auto first = text.find_first_not_of(k_white_space);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

/// A file of a text editor: UTF-8 without control characters. Random bytes are not, from 32 of them on.
bool is_text(std::string_view bytes)
{
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && k_white_space.find(c) == std::string_view::npos; };
  return is_utf8(bytes) && std::none_of(bytes.begin(), bytes.end(), is_control);
}

bool looks_like_json(std::string_view bytes)
{
  return without_leading_white_space(bytes).starts_with('{') && is_text(bytes);
}

/// The name of a foreign format of asymmetric keys; empty when it is none.
std::string_view foreign_format(std::string_view bytes)
{
  constexpr std::string_view k_open_ssh[] = {"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"};
  const std::string_view text = without_leading_white_space(bytes);
  if (std::any_of(std::begin(k_open_ssh), std::end(k_open_ssh), [&](std::string_view start) { return text.starts_with(start); })) {
    return "an OpenSSH public key";
  }
  if (text.find("---- BEGIN SSH2") != std::string_view::npos) {
    return "an SSH2 public key";
  }
  return text.starts_with("PuTTY-User-Key-File-") ? "a PuTTY key" : "";
}

/// Without the line's text: it may be part of a key.
Error not_json(std::string_view text, std::string_view name, const JsonProblem& problem)
{
  const std::string_view before = text.substr(0, problem.offset);
  const auto line_start = before.rfind('\n') + 1;
  Error error =
      usage_error(fmt::format("{} is no JWK and no JWK Set", name), "a key is PEM, a JWK, a JWK Set, or for HMAC the secret's bytes");
  error.diagnostics.push_back({.file = std::string(name),
                               .line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
                               .column = static_cast<int>(problem.offset - line_start) + 1,
                               .message = problem.message});
  return error;
}

/// Key ids may repeat for keys of different types (RFC 7517 section 4.5); davit refuses them all, since then a token does not name its key.
class SetBuilder
{
public:
  explicit SetBuilder(WeakSecrets weak) : m_weak(weak) { m_set.is_set = true; }

  Status add(std::string_view jwk_text)
  {
    ScannedObject jwk;
    if (const auto problem = jwk.scan(jwk_text)) {
      return fail(usage_error(problem->message));
    }
    if (!has_known_type(jwk)) {
      return {};
    }
    const JsonSlice* kid = jwk.find("kid");
    const auto id = kid != nullptr && kid->kind == JsonKind::string ? std::optional(string_value(*kid)) : std::nullopt;
    if (id && std::find(m_ids.begin(), m_ids.end(), *id) != m_ids.end()) {
      return fail(usage_error(fmt::format("two keys of the set have the key id {}", in_quotes(*id))));
    }
    if (id) {
      m_ids.push_back(*id);
    }
    (string_value(*jwk.find("kty")) == "oct" ? m_has_secrets : m_has_asymmetric) = true;
    auto key = parse_jwk(jwk, m_weak);
    if (key) {
      m_set.keys.push_back(std::move(*key));
    } else {
      m_set.unusable.push_back({id, key.error().message});
    }
    return {};
  }

  Result<KeySet> finish()
  {
    if (m_has_secrets && m_has_asymmetric) {
      return fail(usage_error("the set mixes shared secrets and asymmetric keys", "a public set must hold no secret; split it"));
    }
    if (m_set.keys.empty()) {
      return fail(usage_error(m_set.unusable.empty() ? "the set holds no key that davit knows"
                                                     : "no key of the set can be used: " + m_set.unusable.front().reason));
    }
    return std::move(m_set);
  }

private:
  WeakSecrets m_weak;
  KeySet m_set;
  std::vector<std::string> m_ids;
  bool m_has_secrets = false;
  bool m_has_asymmetric = false;
};

Result<KeySet> parse_set(const JsonSlice& keys, WeakSecrets weak)
{
  if (keys.kind != JsonKind::array) {
    return fail(usage_error("the member \"keys\" is no list"));
  }
  const auto elements = elements_of(keys);
  if (elements.size() > k_most_keys) {
    return fail(usage_error(fmt::format("the set holds {} keys; {} are read at most", elements.size(), k_most_keys)));
  }
  SetBuilder builder(weak);
  for (const JsonSlice& element : elements) {
    DAVIT_TRY(builder.add(element.text));
  }
  return builder.finish();
}

Result<KeySet> parse_json_keys(std::string_view text, std::string_view name, WeakSecrets weak)
{
  ScannedObject object;
  if (const auto problem = object.scan(text)) {
    return fail(not_json(text, name, *problem));
  }
  const JsonSlice* keys = object.find("keys");
  if (keys != nullptr && object.find("kty") != nullptr) {
    return fail(usage_error("it has both \"kty\" and \"keys\": it is either a JWK or a JWK Set"));
  }
  if (keys != nullptr) {
    return parse_set(*keys, weak);
  }
  DAVIT_TRY_ASSIGN(TokenKey key, parse_jwk(object, weak));
  KeySet set;
  set.keys.push_back(std::move(key));
  return set;
}

Result<KeySet> parse_any(std::string_view bytes, std::string_view name, WeakSecrets weak)
{
  if (bytes.size() > k_largest_file) {
    return fail(usage_error("it is larger than 1 MiB"));
  }
  KeySet set;
  if (crypto::looks_like_pem(bytes)) {
    DAVIT_TRY_ASSIGN(crypto::Key key, crypto::parse_pem(without_byte_order_mark(bytes)));
    set.keys.push_back({.material = std::move(key)});
    return set;
  }
  if (looks_like_json(bytes)) {
    return parse_json_keys(without_byte_order_mark(bytes), name, weak);
  }
  DAVIT_TRY_ASSIGN(TokenKey key, parse_secret(bytes, weak));
  set.keys.push_back(std::move(key));
  return set;
}

}  // namespace

bool fits(const TokenKey& key, Algorithm algorithm)
{
  return key.secret() != nullptr ? facts_of(algorithm).is_mac : fits(*key.asymmetric(), algorithm);
}

std::string describe(const TokenKey& key)
{
  if (const auto* secret = key.secret()) {
    return fmt::format("a shared secret of {} bytes", secret->bytes().size());
  }
  return "a " + crypto::describe(*key.asymmetric());
}

Algorithm usual_algorithm(const TokenKey& key)
{
  if (key.algorithm || key.secret() != nullptr) {
    return key.algorithm.value_or(Algorithm::hs256);
  }
  const auto& all = all_algorithms();
  return std::find_if(all.begin(), all.end(), [&](const AlgorithmFacts& facts) { return fits(key, facts.algorithm); })->algorithm;
}

Result<KeySet> parse_key_file(std::string_view bytes, std::string_view name, WeakSecrets weak)
{
  auto set = parse_any(bytes, name, weak);
  if (!set) {
    return fail(std::move(set).error().wrap(fmt::format("the key file {} cannot be used", name)));
  }
  return set;
}

Result<TokenKey> parse_secret(std::string_view bytes, WeakSecrets weak)
{
  if (const auto format = foreign_format(bytes); !format.empty()) {
    return fail(usage_error(fmt::format("it is {}", format), "convert it to PEM: ssh-keygen -e -m PKCS8 -f FILE"));
  }
  if (crypto::looks_like_pem(bytes) || looks_like_json(bytes)) {
    return fail(usage_error("its bytes are a PEM text or a JSON document, which is never an HMAC key"));
  }
  if (crypto::is_der_key(bytes)) {
    return fail(usage_error("it is a key in DER, which is never an HMAC key",
                            "convert it to PEM: openssl pkey -inform DER, with -pubin for a public key"));
  }
  if (bytes.size() < k_least_secret_bytes && (weak == WeakSecrets::refused || bytes.empty())) {
    return fail(usage_error(fmt::format("the secret has {} bytes; HS256 needs {}, HS384 48 and HS512 64 (RFC 7518 section 3.2)",
                                        bytes.size(), k_least_secret_bytes),
                            "make one: davit jwt key generate --alg HS256 --out FILE"));
  }
  return TokenKey{.material = crypto::Secret(std::string(bytes))};
}

}  // namespace davit::aws::jose
