// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "aws/core/time.hpp"
#include "aws/jwks/key_source.hpp"
#include "aws/local/gateway/authorization.hpp"

namespace davit::aws::local::gateway {

/// Checks bearer tokens against an authorizer's issuer, its keys, its audience, and a route's scopes:
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
/// The keys of each issuer are fetched once for all APIs. An issuer on loopback may be http.
class JwtAuthorizers
{
public:
  explicit JwtAuthorizers(Clock clock) : m_clock(std::move(clock)) {}

  Authorization authorize(const Authorizer& authorizer, const Route& route, const server::IncomingRequest& request,
                          const ProxyContext& context);

private:
  std::shared_ptr<jwks::KeySource> source_of(const std::string& issuer);

  Clock m_clock;
  std::mutex m_mutex;
  std::map<std::string, std::shared_ptr<jwks::KeySource>> m_sources;
};

}  // namespace davit::aws::local::gateway
