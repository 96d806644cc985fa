// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/core/json.hpp"
#include "aws/jose/claims.hpp"
#include "aws/jose/signer.hpp"
#include "commands/jwt/key_input.hpp"
#include "commands/jwt/members.hpp"
#include "commands/jwt/mint.hpp"

namespace davit::commands::jwt {
namespace {

using aws::jose::Algorithm;
using aws::jose::Findings;
using aws::jose::ReasonId;
using aws::jose::TokenKey;

bool signs(const TokenKey& key)
{
  return key.may_sign && (key.secret() != nullptr || key.asymmetric()->is_private());
}

std::string ids_of(const std::vector<const TokenKey*>& keys)
{
  std::string out;
  for (const TokenKey* key : keys) {
    out += (out.empty() ? "" : ", ") + (key->id ? aws::jose::in_quotes(*key->id) : "one without an id");
  }
  return out;
}

Result<const TokenKey*> signing_key(const MintRequest& request)
{
  std::vector<const TokenKey*> fitting;
  for (const TokenKey& key : request.keys.keys) {
    if (signs(key) && (!request.key_id || key.id == request.key_id)) {
      fitting.push_back(&key);
    }
  }
  if (fitting.size() == 1) {
    return fitting.front();
  }
  if (!fitting.empty()) {
    return fail(usage_error(fmt::format("{} keys can sign: {}", fitting.size(), ids_of(fitting)), "choose one with --key-id"));
  }
  const TokenKey& key = request.keys.keys.front();
  return fail(usage_error(request.key_id ? fmt::format("no key with the id {} can sign", aws::jose::in_quotes(*request.key_id))
                                         : fmt::format("{} cannot sign", aws::jose::describe(key)),
                          "give a private key, or for HMAC the secret, whose use and key_ops allow signing"));
}

/// The string member of a JSON object; nothing when it is absent or the text is no object. The object's own checks come later.
std::optional<std::string> text_member(const std::string& json, std::string_view name)
{
  aws::jose::ScannedObject object;
  if (object.scan(json)) {
    return std::nullopt;
  }
  const auto* value = object.find(name);
  return value != nullptr && value->kind == aws::jose::JsonKind::string ? std::optional(aws::jose::string_value(*value)) : std::nullopt;
}

Result<Algorithm> chosen_algorithm(const MintRequest& request, const TokenKey& key)
{
  const auto in_header = request.header ? text_member(*request.header, "alg") : std::nullopt;
  std::optional<Algorithm> named = request.algorithm;
  if (in_header) {
    DAVIT_TRY_ASSIGN(const Algorithm algorithm, parse_algorithm(*in_header, "alg of --header"));
    if (named && *named != algorithm) {
      return fail(usage_error(fmt::format("--header says {} and --alg says {}", *in_header, aws::jose::name_of(*named)),
                              "a token must name the algorithm it is signed with"));
    }
    named = algorithm;
  }
  if (!named && request.profile != nullptr) {
    DAVIT_TRY_ASSIGN(named, parse_algorithm(request.profile->algorithm, "the profile's algorithm"));
  }
  return named.value_or(aws::jose::usual_algorithm(key));
}

Result<std::string> header_text(const MintRequest& request, const TokenKey& key, Algorithm algorithm)
{
  if (request.raw_claims && request.header) {
    return *request.header;
  }
  Members header;
  header.set("alg", dump_json(aws::jose::name_of(algorithm)));
  header.set("typ", "\"JWT\"");
  const auto profile_key_id = request.profile != nullptr ? request.profile->key_id : std::nullopt;
  if (const auto& id = profile_key_id ? profile_key_id : key.id) {
    header.set("kid", dump_json(*id));
  }
  if (request.header) {
    DAVIT_TRY(header.merge(*request.header, "--header"));
  }
  return header.text();
}

std::string seconds_text(TimePoint time)
{
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
}

Status apply_profile(const cli::config::TokenProfile& profile, TimePoint now, Members& claims)
{
  DAVIT_TRY(claims.merge(profile.claims.dump(), "the profile's claims"));
  if (profile.issuer) {
    claims.set("iss", dump_json(*profile.issuer));
  }
  if (!profile.audience.empty()) {
    claims.set("aud", profile.audience.size() == 1 ? dump_json(profile.audience.front()) : dump_json(profile.audience));
  }
  if (profile.lifetime) {
    claims.set("exp", seconds_text(now + *profile.lifetime));
  }
  return {};
}

Result<std::string> claims_text(const MintRequest& request)
{
  if (request.raw_claims) {
    return *request.raw_claims;
  }
  Members claims;
  if (request.profile != nullptr) {
    DAVIT_TRY(apply_profile(*request.profile, request.now, claims));
  }
  if (request.claims) {
    DAVIT_TRY(claims.merge(*request.claims, "--claims"));
  }
  if (request.expires) {
    claims.set("exp", seconds_text(request.now + *request.expires));
  }
  if (request.issued_at) {
    claims.set("iat", seconds_text(request.now));
  }
  return claims.text();
}

/// Whether davit would read the token again. Raw bytes may name extensions, since somebody else is to read them, but not lie about their
/// own encoding or algorithm.
Status check_form(const MintRequest& request, const std::string& header, const std::string& claims, Algorithm algorithm)
{
  Findings findings(Findings::Collect::all);
  aws::jose::ScannedObject object;
  const auto read = aws::jose::read_header(header, object, findings);
  if (!request.raw_claims) {
    aws::jose::ScannedObject claims_object;
    static_cast<void>(aws::jose::read_claims(claims, read, claims_object, findings));
  }
  for (const auto& reason : findings.take()) {
    if (!request.raw_claims || reason.id != ReasonId::critical_unknown) {
      return fail(usage_error(fmt::format("the token would be refused: {} ({})", reason.message, aws::jose::name_of(reason.id)),
                              "--claims-raw signs claims as they are, for a test of who verifies them"));
    }
  }
  if (read.algorithm != algorithm) {
    return fail(usage_error(fmt::format("the header does not name {}, which signs", aws::jose::name_of(algorithm))));
  }
  return {};
}

}  // namespace

Result<MintResponse> mint(const MintRequest& request)
{
  DAVIT_TRY_ASSIGN(const TokenKey* key, signing_key(request));
  DAVIT_TRY_ASSIGN(const Algorithm algorithm, chosen_algorithm(request, *key));
  DAVIT_TRY_ASSIGN(std::string header, header_text(request, *key, algorithm));
  DAVIT_TRY_ASSIGN(std::string claims, claims_text(request));
  DAVIT_TRY(check_form(request, header, claims, algorithm));
  DAVIT_TRY_ASSIGN(std::string token, aws::jose::sign_token(*key, algorithm, header, claims, request.weak));
  return MintResponse{.token = std::move(token), .algorithm = algorithm, .header = std::move(header), .claims = std::move(claims)};
}

}  // namespace davit::commands::jwt
