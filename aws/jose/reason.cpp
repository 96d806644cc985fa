// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/reason.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"

namespace davit::aws::jose {
namespace {

constexpr ReasonFacts k_reasons[] = {
    {ReasonId::empty_token, "empty-token", "there is no token"},
    {ReasonId::token_too_large, "token-too-large", "the token is larger than 64 KiB"},
    {ReasonId::json_serialization, "json-serialization", "it is a JWS in JSON serialization (RFC 7515 section 7.2), not a compact one"},
    {ReasonId::encrypted_token, "encrypted-token", "it has five parts: a JWE (RFC 7516), which is not decrypted"},
    {ReasonId::not_three_parts, "not-three-parts", "it is not three parts with dots between them (RFC 7515 section 7.1)"},
    {ReasonId::header_encoding, "header-encoding", "the header is not base64url without padding (RFC 7515 section 2)"},
    {ReasonId::payload_encoding, "payload-encoding", "the payload is not base64url without padding"},
    {ReasonId::signature_encoding, "signature-encoding", "the signature is not base64url without padding"},
    {ReasonId::header_json, "header-json", "the header is no JSON object in UTF-8"},
    {ReasonId::header_duplicate_member, "header-duplicate-member", "a member of the header appears twice (RFC 7515 section 4)"},
    {ReasonId::header_member_type, "header-member-type", "a registered member of the header has another type than RFC 7515 gives it"},
    {ReasonId::algorithm_missing, "algorithm-missing", "the header names no algorithm"},
    {ReasonId::algorithm_none, "algorithm-none", "the token says that it is not signed (alg none), in whatever letters"},
    {ReasonId::algorithm_unsupported, "algorithm-unsupported", "the header names an algorithm that davit does not verify"},
    {ReasonId::critical_malformed, "critical-malformed",
     "crit is not a list of names of extensions that the header holds (RFC 7515 section 4.1.11)"},
    {ReasonId::critical_unknown, "critical-unknown", "crit names an extension that davit does not know"},
    {ReasonId::unencoded_payload, "unencoded-payload", "the header has b64 false: an unencoded payload (RFC 7797)"},
    {ReasonId::type_mismatch, "type-mismatch", "the header's typ is not the one asked for with --typ"},
    {ReasonId::key_not_found, "key-not-found", "the header's kid is that of no key given"},
    {ReasonId::key_unusable, "key-unusable", "the key that the header names is in the set, but malformed, weak or of an unsupported kind"},
    {ReasonId::key_use, "key-use", "the use or key_ops of the key do not include verifying signatures"},
    {ReasonId::key_confusion, "key-confusion",
     "the token asks for an HMAC under a public key, or for a signature check under a shared secret"},
    {ReasonId::key_mismatch, "key-mismatch", "the type or curve of the key is not one of the algorithm"},
    {ReasonId::algorithm_not_allowed, "algorithm-not-allowed", "the algorithm is not one of --alg, or not the alg of the key"},
    {ReasonId::key_too_short, "key-too-short", "the HMAC key is shorter than the hash (RFC 7518 section 3.2)"},
    {ReasonId::signature_missing, "signature-missing", "the signature part is empty"},
    {ReasonId::signature_length, "signature-length", "the signature has not the length that the algorithm and the key give it"},
    {ReasonId::signature_range, "signature-range", "r or s of the ECDSA signature is 0 or not below the order of the curve"},
    {ReasonId::detached_payload, "detached-payload",
     "the payload part is empty and not what was signed: detached content (RFC 7515 appendix F)"},
    {ReasonId::signature_mismatch, "signature-mismatch", "the signature is not one of this key over this header and payload"},
    {ReasonId::nested_token, "nested-token", "the payload is another token (cty JWT), which is not looked into"},
    {ReasonId::claims_json, "claims-json", "the payload is no JSON object in UTF-8"},
    {ReasonId::claims_duplicate_member, "claims-duplicate-member", "a member of the claims appears twice (RFC 7519 section 4)"},
    {ReasonId::claim_type, "claim-type", "a registered claim has another type than RFC 7519 gives it: exp, nbf and iat are finite numbers"},
    {ReasonId::expired, "expired", "the time has reached exp"},
    {ReasonId::not_yet_valid, "not-yet-valid", "the time has not reached nbf"},
    {ReasonId::issued_in_future, "issued-in-future", "iat is later than the time"},
    {ReasonId::issuer_missing, "issuer-missing", "an issuer is asked for and the token names none"},
    {ReasonId::issuer_mismatch, "issuer-mismatch", "iss is not the issuer asked for, byte for byte"},
    {ReasonId::audience_missing, "audience-missing", "an audience is asked for and the token names none"},
    {ReasonId::audience_mismatch, "audience-mismatch", "none of the token's audiences is one asked for"},
    {ReasonId::audience_not_given, "audience-not-given",
     "the token is for an audience and none was given (RFC 7519 section 4.1.3); see --any-audience"},
};

constexpr bool in_order_of_their_ids()
{
  for (std::size_t i = 0; i < std::size(k_reasons); ++i) {
    if (static_cast<std::size_t>(k_reasons[i].id) != i) {
      return false;
    }
  }
  return true;
}
static_assert(in_order_of_their_ids());

}  // namespace

std::span<const ReasonFacts> all_reasons()
{
  return k_reasons;
}

std::string_view name_of(ReasonId id)
{
  return k_reasons[static_cast<std::size_t>(id)].name;
}

std::string in_quotes(std::string_view text)
{
  constexpr std::size_t k_most_shown = 120;
  std::string out = "\"";
  for (const char c : text.substr(0, k_most_shown)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
    out += plain ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return out + (text.size() > k_most_shown ? "\"..." : "\"");
}

}  // namespace davit::aws::jose
