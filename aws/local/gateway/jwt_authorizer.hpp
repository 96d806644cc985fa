// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "aws/core/time.hpp"
#include "aws/jwks/key_source.hpp"
#include "aws/local/gateway/authorization.hpp"
#include "aws/local/gateway/user_pools.hpp"

namespace davit::aws::local::gateway {

/// Checks bearer tokens against an authorizer's issuer, its keys, its audience, and a route's scopes:
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
/// The keys of each issuer are fetched once for all APIs, those of Cognito user pools are the local AWS's own. An issuer on loopback may be
/// http.
class JwtAuthorizers
{
public:
  JwtAuthorizers(UserPools& user_pools, Clock clock) : m_user_pools(user_pools), m_clock(std::move(clock)) {}

  Authorization authorize(const Authorizer& authorizer, const Route& route, const server::IncomingRequest& request,
                          const ProxyContext& context);

private:
  std::shared_ptr<jwks::KeySource> source_of(const std::string& issuer);
  Result<jwks::KeySource::Keys> keys_of(const std::string& issuer, const std::string& key_id);

  UserPools& m_user_pools;
  Clock m_clock;
  std::mutex m_mutex;
  std::map<std::string, std::shared_ptr<jwks::KeySource>> m_sources;
};

}  // namespace davit::aws::local::gateway
