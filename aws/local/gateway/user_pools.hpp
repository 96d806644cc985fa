// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "aws/http/message.hpp"
#include "aws/jose/key_set.hpp"

namespace davit::aws::local::gateway {

/// "us-east-1_Ab12Cd34E" of "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Ab12Cd34E"; nothing when it is no such ARN.
std::optional<std::string> user_pool_of_arn(const std::string& arn);

/// The same of "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34E".
std::optional<std::string> user_pool_of_issuer(const std::string& issuer);

/// What `iss` of the pool's tokens says:
/// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
std::string issuer_of_user_pool(const std::string& pool);

/// The keys of Cognito user pools, each a file POOL.jwk of a folder, which whoever wants tokens of the pool signs with: `jwt mint --key`
/// takes it. A pool whose keys are its user's affair has a file of theirs there, a private JWK or the JWK Set that the real pool publishes.
/// Safe to use from several threads.
class UserPools
{
public:
  using Keys = std::shared_ptr<const jose::KeySet>;

  /// `endpoint` is where the local AWS answers.
  UserPools(std::filesystem::path folder, std::string endpoint) : m_folder(std::move(folder)), m_endpoint(std::move(endpoint)) {}

  /// Read anew when the file has changed; a pool without a file gets one, with a new RSA key.
  Result<Keys> keys(const std::string& pool);

  /// What a pool answers at /POOL/.well-known/jwks.json and /POOL/.well-known/openid-configuration, which nobody signs requests for;
  /// nothing for any other request. A pool without keys does not exist.
  std::optional<http::Response> answer(const http::Request& request);

private:
  struct Kept {
    std::filesystem::file_time_type changed;
    Keys keys;
  };
  [[nodiscard]] std::filesystem::path file_of(const std::string& pool) const;
  http::Response key_set(const std::string& pool);
  http::Response configuration(const std::string& pool) const;

  std::filesystem::path m_folder;
  std::string m_endpoint;
  std::mutex m_mutex;
  std::map<std::string, Kept> m_kept;
};

}  // namespace davit::aws::local::gateway
