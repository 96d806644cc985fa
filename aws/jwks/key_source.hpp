// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/jose/key_set.hpp"

namespace davit::aws::jwks {

/// The public keys of one issuer of tokens, found by OpenID Connect Discovery (https://openid.net/specs/openid-connect-discovery-1_0.html):
/// ISSUER/.well-known/openid-configuration names the issuer and `jwks_uri`, where a JWK Set is. Kept for two hours, as API Gateway keeps
/// them. Safe to use from several threads; one at a time fetches.
class KeySource
{
public:
  using Keys = std::shared_ptr<const jose::KeySet>;

  KeySource(std::string issuer, Clock clock) : m_issuer(std::move(issuer)), m_clock(std::move(clock)) {}

  /// An error of the network, or of what the issuer answered, when there are no keys that are young enough. A failure is remembered for
  /// some seconds, so that a flood of tokens is no flood of requests.
  Result<Keys> keys();

  /// Likewise, with the key of that id if the issuer has it: keys that do not have it are fetched anew, at most once in a minute.
  Result<Keys> keys_with(const std::string& key_id);

private:
  Result<Keys> fetched();
  [[nodiscard]] bool is_younger_than(std::chrono::milliseconds age) const;

  std::string m_issuer;
  Clock m_clock;
  std::mutex m_mutex;
  std::optional<Result<Keys>> m_answer;
  TimePoint m_fetched{};
};

}  // namespace davit::aws::jwks
