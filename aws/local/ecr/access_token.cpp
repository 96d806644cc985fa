// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/access_token.hpp"

#include "aws/core/encoding.hpp"
#include "aws/core/json_members.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::local::ecr {
namespace {

constexpr std::chrono::hours k_lifetime{12};
constexpr std::string_view k_user = "AWS:";

}  // namespace

AccessTokens::Issued AccessTokens::issue(const Owner& owner) const
{
  const TimePoint expires = m_clock() + k_lifetime;
  const Json claims = {{"account", owner.account}, {"region", owner.region}, {"expires", expires.time_since_epoch().count()}};
  const std::string payload = to_base64url(claims.dump());
  return {.password = payload + "." + to_base64url(crypto::hmac_sha256(m_key, payload)), .expires = expires};
}

AccessTokens::Checked AccessTokens::check(std::string_view password) const
{
  const std::size_t dot = password.find('.');
  const auto mac = dot == std::string_view::npos ? std::nullopt : from_base64url(password.substr(dot + 1));
  const std::string_view payload = password.substr(0, dot);
  if (!mac || !crypto::equal_in_constant_time(*mac, crypto::hmac_sha256(m_key, payload))) {
    return {};
  }
  const Json claims = Json::parse(from_base64url(payload).value_or(""), nullptr, false);
  const bool lasts = integer_member(claims, "expires").value_or(0) > m_clock().time_since_epoch().count();
  return {.state = lasts ? State::good : State::expired, .owner = {text_member(claims, "account"), text_member(claims, "region")}};
}

std::optional<std::string> password_of(std::string_view authorization)
{
  const std::size_t space = authorization.find(' ');
  if (space == std::string_view::npos || !http::equals_ignoring_case(authorization.substr(0, space), "basic")) {
    return std::nullopt;
  }
  const auto pair = from_base64(authorization.substr(space + 1));
  return pair && pair->starts_with(k_user) ? std::optional(pair->substr(k_user.size())) : std::nullopt;
}

}  // namespace davit::aws::local::ecr
