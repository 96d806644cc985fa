// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/cognito_authorizer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/jose/verifier.hpp"
#include "aws/local/gateway/bearer_token.hpp"
#include "aws/local/gateway/identity_validation.hpp"

namespace davit::aws::local::gateway {
namespace {

tl::unexpected<AuthorizationRefusal> unauthorized(std::string error, std::string message = {})
{
  return tl::unexpected(AuthorizationRefusal{.status = 401, .error = std::move(error), .message = std::move(message)});
}

/// The payload of a token that nobody has checked yet.
OrderedJson claims_before_check(const std::string& token)
{
  const auto start = std::min(token.find('.'), token.size() - 1) + 1;
  const auto bytes = from_base64url(token.substr(start, token.find('.', start) - start));
  OrderedJson claims = bytes ? OrderedJson::parse(*bytes, nullptr, false) : OrderedJson();
  return claims.is_object() ? claims : OrderedJson::object();
}

std::string text_claim(const OrderedJson& claims, const char* name)
{
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The pool that a token says to be of, when the authorizer names it.
std::optional<std::string> pool_of_token(const std::string& token, const Authorizer& authorizer)
{
  const auto pool = user_pool_of_issuer(text_claim(claims_before_check(token), "iss"));
  const bool is_named = std::any_of(authorizer.provider_arns.begin(), authorizer.provider_arns.end(),
                                    [&](const std::string& arn) { return user_pool_of_arn(arn) == pool; });
  return is_named ? pool : std::nullopt;
}

/// "Mon Jun 15 05:56:21 UTC 2026"
std::string date_of(std::int64_t seconds)
{
  return fmt::format("{:%a %b %d %H:%M:%S} UTC {:%Y}", fmt::gmtime(seconds), fmt::gmtime(seconds));
}

/// As functions see claims here: texts, lists with commas, the two times as dates.
std::string claim_as_text(const std::string& name, const OrderedJson& value)
{
  if ((name == "exp" || name == "iat") && value.is_number()) {
    return date_of(value.get<std::int64_t>());
  }
  if (value.is_string()) {
    return value;
  }
  return value.is_array() ? fmt::format("{}", fmt::join(texts_of(value), ","))
                          : value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

OrderedJson cognito_document(const OrderedJson& claims)
{
  OrderedJson texts = OrderedJson::object();
  for (const auto& [name, value] : claims.items()) {
    texts[name] = claim_as_text(name, value);
  }
  return {{"cognito", {{"claims", std::move(texts)}}}};
}

Authorization check_use(const Authorizer& authorizer, const Route& route, const OrderedJson& claims)
{
  const bool wants_access = !route.scopes.empty();
  if (text_claim(claims, "token_use") != (wants_access ? "access" : "id")) {
    return unauthorized(wants_access ? "the token is no access token" : "the token is no identity token");
  }
  if (wants_access && !share_one(scopes_of(claims), route.scopes)) {
    return unauthorized("the token does not have one of the scopes that the method asks for");
  }
  if (!wants_access && !is_valid_identity(authorizer.identity_validation, text_claim(claims, "aud"))) {
    return unauthorized("the audience of the token is not one that the authorizer takes");
  }
  return cognito_document(claims);
}

jose::VerifyRules rules_of_pool(const std::string& pool)
{
  jose::VerifyRules rules{.algorithms = {jose::Algorithm::rs256}};
  rules.claims.issuer = issuer_of_user_pool(pool);
  rules.claims.any_audience = true;
  return rules;
}

}  // namespace

Authorization authorize_by_user_pool(UserPools& user_pools, const Authorizer& authorizer, const Route& route,
                                     const server::IncomingRequest& request, const ProxyContext& context)
{
  const auto identity = identity_of(authorizer.identity_sources, request, context);
  if (!identity || identity->empty()) {
    return unauthorized("no token");
  }
  const std::string token = bearer_token(identity->front());
  const auto pool = pool_of_token(token, authorizer);
  if (!pool) {
    return unauthorized("the token is of no user pool of the authorizer");
  }
  const auto keys = user_pools.keys(*pool);
  auto verifier = keys ? jose::Verifier::make(*keys, rules_of_pool(*pool)) : fail(keys.error());
  if (!verifier) {
    return tl::unexpected(AuthorizationRefusal{.status = 500, .error = verifier.error().message});
  }
  const auto verdict = verifier->verify(token, context.time);
  if (!verdict.valid()) {
    const bool expired = verdict.reasons.front().id == jose::ReasonId::expired;
    // The reason's name: its message has quotation marks, which logs in JSON could not bear.
    return unauthorized(std::string(jose::name_of(verdict.reasons.front().id)), expired ? "The incoming token has expired" : "");
  }
  return check_use(authorizer, route, OrderedJson::parse(verdict.payload, nullptr, false));
}

}  // namespace davit::aws::local::gateway
