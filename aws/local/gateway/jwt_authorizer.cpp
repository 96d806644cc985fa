// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/jwt_authorizer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/jose/verifier.hpp"
#include "aws/local/gateway/bearer_token.hpp"

namespace davit::aws::local::gateway {
namespace {

using Texts = std::vector<std::string>;

/// "Bearer scope="..." error="..." error_description="..."": as API Gateway writes it, without commas.
std::string challenge_of(const Route& route, std::string_view error, std::string_view description)
{
  return fmt::format("Bearer scope=\"{}\" error=\"{}\" error_description=\"{}\"", fmt::join(route.scopes, " "), error, description);
}

/// Header and access log say the same.
tl::unexpected<AuthorizationRefusal> refused(int status, const Route& route, std::string_view error, const std::string& description)
{
  return tl::unexpected(AuthorizationRefusal{
      .status = status, .challenge = challenge_of(route, error, description), .error = fmt::format("{}: {}", error, description)});
}

tl::unexpected<AuthorizationRefusal> invalid_token(const Route& route, const std::string& description)
{
  return refused(401, route, "invalid_token", description);
}

/// The header of a token as far as it can be read: the rest is the verifier's.
OrderedJson header_of(const std::string& token)
{
  const auto bytes = from_base64url(token.substr(0, token.find('.')));
  OrderedJson header = bytes ? OrderedJson::parse(*bytes, nullptr, false) : OrderedJson();
  return header.is_object() ? header : OrderedJson::object();
}

std::string text_member(const OrderedJson& document, const char* name)
{
  const auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What API Gateway says of a token that it does not take; the words are those of the library that it uses, where they are known.
std::string description_of(const jose::Reason& reason, const std::string& algorithm)
{
  switch (reason.id) {
    case jose::ReasonId::empty_token:
    case jose::ReasonId::not_three_parts:
      return "token contains an invalid number of segments";
    case jose::ReasonId::expired:
      return "the token has expired";
    case jose::ReasonId::not_yet_valid:
      return "the token is not valid yet";
    case jose::ReasonId::issued_in_future:
      return "the token was issued in the future";
    case jose::ReasonId::issuer_missing:
    case jose::ReasonId::issuer_mismatch:
      return "issuer does not match";
    case jose::ReasonId::key_not_found:
      return "unable to find a signing key that matches the key id";
    case jose::ReasonId::algorithm_none:
    case jose::ReasonId::algorithm_unsupported:
    case jose::ReasonId::algorithm_not_allowed:
    case jose::ReasonId::key_mismatch:
    case jose::ReasonId::key_confusion:
      return fmt::format("signing method {} is invalid", algorithm);
    case jose::ReasonId::signature_missing:
    case jose::ReasonId::signature_length:
    case jose::ReasonId::signature_mismatch:
    case jose::ReasonId::signature_encoding:
      return "crypto/rsa: verification error";
    default:
      return "the token is malformed";
  }
}

/// `client_id` stands in for an audience that the token does not have, as in Cognito's access tokens.
bool has_audience(const OrderedJson& claims, const Texts& audience)
{
  return share_one(texts_of(claims.value(claims.contains("aud") ? "aud" : "client_id", OrderedJson())), audience);
}

/// Functions see every claim as a text: a list as "[a b]".
std::string claim_text(const OrderedJson& value)
{
  if (value.is_string()) {
    return value;
  }
  if (!value.is_array()) {
    return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  }
  Texts texts;
  std::transform(value.begin(), value.end(), std::back_inserter(texts), claim_text);
  return fmt::format("[{}]", fmt::join(texts, " "));
}

OrderedJson jwt_document(const OrderedJson& claims, const Route& route, const Texts& scopes)
{
  OrderedJson texts = OrderedJson::object();
  for (const auto& [name, value] : claims.items()) {
    texts[name] = claim_text(value);
  }
  OrderedJson granted = nullptr;
  for (const auto& scope : route.scopes) {
    if (std::find(scopes.begin(), scopes.end(), scope) != scopes.end()) {
      granted.push_back(scope);
    }
  }
  return {{"jwt", {{"claims", std::move(texts)}, {"scopes", std::move(granted)}}}};
}

Authorization check_claims(const Authorizer& authorizer, const Route& route, const OrderedJson& claims)
{
  if (!has_audience(claims, authorizer.audience)) {
    return invalid_token(route, "the token does not have a valid audience");
  }
  const Texts scopes = scopes_of(claims);
  if (!route.scopes.empty() && !share_one(scopes, route.scopes)) {
    return refused(403, route, "insufficient_scope", "the token does not have one of the scopes that the route asks for");
  }
  return jwt_document(claims, route, scopes);
}

jose::VerifyRules rules_of(const Authorizer& authorizer)
{
  using jose::Algorithm;
  jose::VerifyRules rules{.algorithms = {Algorithm::rs256, Algorithm::rs384, Algorithm::rs512}};
  rules.claims.issuer = authorizer.issuer;
  rules.claims.any_audience = true;
  return rules;
}

}  // namespace

std::shared_ptr<jwks::KeySource> JwtAuthorizers::source_of(const std::string& issuer)
{
  const std::lock_guard lock(m_mutex);
  auto& source = m_sources[issuer];
  if (!source) {
    source = std::make_shared<jwks::KeySource>(issuer, m_clock);
  }
  return source;
}

Result<jwks::KeySource::Keys> JwtAuthorizers::keys_of(const std::string& issuer, const std::string& key_id)
{
  const auto pool = user_pool_of_issuer(issuer);
  return pool ? m_user_pools.keys(*pool) : source_of(issuer)->keys_with(key_id);
}

Authorization JwtAuthorizers::authorize(const Authorizer& authorizer, const Route& route, const server::IncomingRequest& request,
                                        const ProxyContext& context)
{
  const auto identity = identity_of(authorizer.identity_sources, request, context);
  if (!identity || identity->empty()) {
    return tl::unexpected(AuthorizationRefusal{.status = 401, .challenge = "Bearer", .error = "missing: token not provided"});
  }
  const std::string token = bearer_token(identity->front());
  const OrderedJson header = header_of(token);
  const std::string key_id = text_member(header, "kid");
  const auto keys = keys_of(authorizer.issuer, key_id);
  if (!keys) {
    return invalid_token(route, "OIDC discovery endpoint communication error");
  }
  auto verifier = jose::Verifier::make(*keys, rules_of(authorizer));
  if (!verifier) {
    return invalid_token(route, "JWKS communication error");
  }
  const auto verdict = verifier->verify(token, m_clock());
  if (!verdict.valid()) {
    return invalid_token(route, description_of(verdict.reasons.front(), text_member(header, "alg")));
  }
  if (key_id.empty()) {
    return invalid_token(route, "unable to find a signing key that matches the key id");
  }
  return check_claims(authorizer, route, OrderedJson::parse(verdict.payload, nullptr, false));
}

}  // namespace davit::aws::local::gateway
