// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/verifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

#include "aws/crypto/digest.hpp"
#include "aws/crypto/signature.hpp"

namespace davit::aws::jose {
namespace {

using crypto::Hmac;
using crypto::SignatureCheck;
using crypto::SignatureVerifier;

using Candidates = std::vector<const TokenKey*>;

bool is_allowed(Algorithm algorithm, const std::vector<Algorithm>& allowed)
{
  return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](Algorithm one) { return same_algorithm(one, algorithm); });
}

bool is_its_own(const TokenKey& key, Algorithm algorithm)
{
  return !key.algorithm || same_algorithm(*key.algorithm, algorithm);
}

bool is_long_enough(const TokenKey& key, Algorithm algorithm)
{
  return key.secret() == nullptr || key.secret()->bytes().size() >= crypto::hash_size(facts_of(algorithm).hash);
}

bool can_verify(const TokenKey& key, Algorithm algorithm)
{
  return key.may_verify && fits(key, algorithm) && is_its_own(key, algorithm) && is_long_enough(key, algorithm);
}

std::string listed(const std::vector<Algorithm>& algorithms)
{
  std::string out;
  for (const Algorithm algorithm : algorithms) {
    out += (out.empty() ? "" : ", ") + std::string(name_of(algorithm));
  }
  return out;
}

Status check_usable(const KeySet& keys, const std::vector<Algorithm>& wanted)
{
  if (std::none_of(keys.keys.begin(), keys.keys.end(), [](const TokenKey& key) { return key.may_verify; })) {
    return fail(usage_error("the key file cannot be used: by its use or key_ops no key of it verifies signatures"));
  }
  std::vector<Algorithm> tried = wanted;
  for (std::size_t i = 0; wanted.empty() && i < all_algorithms().size(); ++i) {
    tried.push_back(all_algorithms()[i].algorithm);
  }
  const auto is_any = [&](const TokenKey& key) {
    return std::any_of(tried.begin(), tried.end(), [&](Algorithm a) { return can_verify(key, a); });
  };
  if (std::any_of(keys.keys.begin(), keys.keys.end(), is_any)) {
    return {};
  }
  const TokenKey& key = keys.keys.front();
  const std::string found = keys.keys.size() > 1
                                ? fmt::format("none of the {} keys", keys.keys.size())
                                : describe(key) + (key.algorithm ? fmt::format(" for {} alone", name_of(*key.algorithm)) : "");
  return fail(
      usage_error(fmt::format("the key file cannot be used: {} {} for {}", found, keys.keys.size() > 1 ? "is" : "is not", listed(tried)),
                  "give the key that the tokens are signed for, or another --alg"));
}

std::string bare_type(std::string_view type)
{
  constexpr std::string_view k_prefix = "application/";
  std::string lower(type);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
  const bool is_prefixed = lower.starts_with(k_prefix) && lower.find('/', k_prefix.size()) == std::string::npos;
  return is_prefixed ? lower.substr(k_prefix.size()) : lower;
}

void check_type(const Header& header, const std::string& wanted, Findings& findings)
{
  if (!header.type || bare_type(*header.type) != bare_type(wanted)) {
    findings.add(ReasonId::type_mismatch, fmt::format("the type (typ) is {}; {} is asked for",
                                                      header.type ? in_quotes(*header.type) : "not given", in_quotes(wanted)));
  }
}

/// The keys that `kid` leaves: those of that id, else those without any (a header may name a key that its file does not).
Candidates chosen_by_id(const KeySet& set, const Header& header, Findings& findings)
{
  Candidates same;
  Candidates nameless;
  for (const TokenKey& key : set.keys) {
    if (!header.key_id || key.id == header.key_id) {
      same.push_back(&key);
    } else if (!key.id) {
      nameless.push_back(&key);
    }
  }
  if (!same.empty()) {
    return same;
  }
  const auto bad = std::find_if(set.unusable.begin(), set.unusable.end(), [&](const UnusableKey& key) { return key.id == header.key_id; });
  if (bad != set.unusable.end()) {
    findings.add(ReasonId::key_unusable, fmt::format("the key {} cannot be used: {}", in_quotes(*header.key_id), bad->reason));
    return {};
  }
  if (nameless.empty()) {
    findings.add(ReasonId::key_not_found, fmt::format("the token names the key {}; none given has that id", in_quotes(*header.key_id)));
  }
  return nameless;
}

/// Takes away the candidates that do not pass; the last of them leaves the reason behind.
template <typename Passes, typename Explain>
void keep(Candidates& candidates, Findings& findings, Passes passes, Explain explain)
{
  if (candidates.empty()) {
    return;
  }
  const TokenKey& last = *candidates.back();
  std::erase_if(candidates, [&](const TokenKey* key) { return !passes(*key); });
  if (candidates.empty()) {
    const Reason reason = explain(last);
    findings.add(reason.id, reason.message);
  }
}

Reason unfit(const TokenKey& key, Algorithm algorithm)
{
  const bool confused = (key.secret() != nullptr) != facts_of(algorithm).is_mac;
  return {confused ? ReasonId::key_confusion : ReasonId::key_mismatch,
          fmt::format("the token is signed with {}; the key is {}", name_of(algorithm), describe(key))};
}

Reason not_allowed(const TokenKey& key, Algorithm algorithm, const std::vector<Algorithm>& allowed)
{
  return {ReasonId::algorithm_not_allowed, fmt::format("the token is signed with {}; {} is accepted", name_of(algorithm),
                                                       allowed.empty() ? std::string(name_of(*key.algorithm)) : listed(allowed))};
}

Reason too_short(const TokenKey& key, Algorithm algorithm)
{
  return {ReasonId::key_too_short, fmt::format("{} needs a secret of {} bytes; the key has {}", name_of(algorithm),
                                               crypto::hash_size(facts_of(algorithm).hash), key.secret()->bytes().size())};
}

}  // namespace

class Verifier::State
{
public:
  State(std::shared_ptr<const KeySet> keys, VerifyRules rules) : m_keys(std::move(keys)), m_rules(std::move(rules)) {}

  Verdict verify(std::string_view token, TimePoint now)
  {
    Findings findings(m_rules.collect);
    Verdict verdict;
    if (auto parts = split_token(token, findings); parts && !findings.enough()) {
      check(*parts, now, verdict, findings);
      verdict.header = std::move(parts->header).value_or("");
      verdict.payload = std::move(parts->payload).value_or("");
    }
    verdict.reasons = findings.take();
    return verdict;
  }

private:
  using Check = std::variant<Hmac, SignatureVerifier>;

  void check(const CompactToken& parts, TimePoint now, Verdict& verdict, Findings& findings)
  {
    Header header;
    if (parts.header) {
      header = read_header(*parts.header, m_header, findings);
      verdict.algorithm = header.algorithm_name;
      verdict.key_id = header.key_id;
      if (m_rules.type) {
        check_type(header, *m_rules.type, findings);
      }
    }
    if (header.algorithm && !findings.enough()) {
      check_signature(parts, header, verdict, findings);
    }
    if (m_rules.payload == Payload::claims && parts.payload && !findings.enough() &&
        read_claims(*parts.payload, header, m_claims, findings)) {
      check_claims(m_claims, m_rules.claims, now, findings);
    }
  }

  Candidates candidates_for(const Header& header, Findings& findings)
  {
    const Algorithm algorithm = *header.algorithm;
    Candidates candidates = chosen_by_id(*m_keys, header, findings);
    keep(
        candidates, findings, [](const TokenKey& key) { return key.may_verify; },
        [](const TokenKey&) {
          return Reason{ReasonId::key_use, "the use or key_ops of the key do not let it verify signatures"};
        });
    keep(
        candidates, findings, [&](const TokenKey& key) { return fits(key, algorithm); },
        [&](const TokenKey& key) { return unfit(key, algorithm); });
    keep(
        candidates, findings, [&](const TokenKey& key) { return is_its_own(key, algorithm) && is_allowed(algorithm, m_rules.algorithms); },
        [&](const TokenKey& key) { return not_allowed(key, algorithm, m_rules.algorithms); });
    keep(
        candidates, findings, [&](const TokenKey& key) { return is_long_enough(key, algorithm); },
        [&](const TokenKey& key) { return too_short(key, algorithm); });
    return candidates;
  }

  void check_signature(const CompactToken& parts, const Header& header, Verdict& verdict, Findings& findings)
  {
    const Candidates candidates = candidates_for(header, findings);
    if (parts.has_empty_signature) {
      findings.add(ReasonId::signature_missing, "the token has no signature");
      return;
    }
    if (candidates.empty() || !parts.signature) {
      return;
    }
    SignatureCheck worst = SignatureCheck::wrong_length;
    for (const TokenKey* key : candidates) {
      const SignatureCheck result = check_with(*key, *header.algorithm, parts.signing_input, *parts.signature);
      if (result == SignatureCheck::good) {
        verdict.key_id = header.key_id ? header.key_id : key->id;
        return;
      }
      worst = std::max(worst, result);
    }
    refuse_signature(worst, parts, header, candidates, findings);
  }

  SignatureCheck check_with(const TokenKey& key, Algorithm algorithm, std::string_view message, std::string_view signature)
  {
    const Check* check = check_of(key, algorithm);
    if (check == nullptr) {
      return SignatureCheck::mismatch;
    }
    if (const auto* verifier = std::get_if<SignatureVerifier>(check)) {
      return verifier->check(message, signature);
    }
    if (signature.size() != crypto::hash_size(facts_of(algorithm).hash)) {
      return SignatureCheck::wrong_length;
    }
    return crypto::equal_in_constant_time(std::get<Hmac>(*check).mac(message), signature) ? SignatureCheck::good : SignatureCheck::mismatch;
  }

  /// Made on first use and kept. Null for an RSASSA-PSS key whose own parameters exclude the algorithm.
  const Check* check_of(const TokenKey& key, Algorithm algorithm)
  {
    const auto known = m_checks.find({&key, algorithm});
    if (known != m_checks.end()) {
      return &known->second;
    }
    const AlgorithmFacts& facts = facts_of(algorithm);
    if (const auto* secret = key.secret()) {
      return &m_checks.emplace(std::pair(&key, algorithm), Hmac(facts.hash, secret->bytes())).first->second;
    }
    auto made = SignatureVerifier::make(*key.asymmetric(), facts.scheme, facts.hash);
    return made ? &m_checks.emplace(std::pair(&key, algorithm), std::move(*made)).first->second : nullptr;
  }

  static void refuse_signature(SignatureCheck check, const CompactToken& parts, const Header& header, const Candidates& candidates,
                               Findings& findings)
  {
    if (parts.has_empty_payload && check == SignatureCheck::mismatch) {
      findings.add(ReasonId::detached_payload, "the payload is empty and not what was signed: detached content, which is not supported");
    }
    const std::string_view algorithm = name_of(*header.algorithm);
    switch (check) {
      case SignatureCheck::wrong_length:
        findings.add(ReasonId::signature_length,
                     fmt::format("the signature has {} bytes, which none of {} by this key has", parts.signature->size(), algorithm));
        break;
      case SignatureCheck::out_of_range:
        findings.add(ReasonId::signature_range, "r or s of the signature is 0 or not below the order of the curve");
        break;
      case SignatureCheck::mismatch:
      case SignatureCheck::good:
        findings.add(ReasonId::signature_mismatch, mismatch_message(candidates));
        break;
    }
  }

  static std::string mismatch_message(const Candidates& candidates)
  {
    if (candidates.size() > 1) {
      return fmt::format("the signature is none of the {} keys that fit: another key signed, or the token was changed", candidates.size());
    }
    const auto* secret = candidates.front()->secret();
    const bool ends_in_newline = secret != nullptr && secret->bytes().ends_with('\n');
    return std::string("the signature is not one of this key: another key signed, or the token was changed") +
           (ends_in_newline ? "; the secret ends in a newline, which is part of it" : "");
  }

  std::shared_ptr<const KeySet> m_keys;
  VerifyRules m_rules;
  std::map<std::pair<const TokenKey*, Algorithm>, Check> m_checks;
  ScannedObject m_header;
  ScannedObject m_claims;
};

Verifier::Verifier(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

Result<Verifier> Verifier::make(std::shared_ptr<const KeySet> keys, VerifyRules rules)
{
  DAVIT_TRY(check_usable(*keys, rules.algorithms));
  return Verifier(std::make_unique<State>(std::move(keys), std::move(rules)));
}

Verdict Verifier::verify(std::string_view token, TimePoint now)
{
  return m_state->verify(token, now);
}

}  // namespace davit::aws::jose
