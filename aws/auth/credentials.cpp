// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credentials.hpp"

#include "aws/crypto/digest.hpp"
#include "aws/crypto/secret.hpp"

namespace davit::aws::auth {

Credentials::~Credentials()
{
  crypto::cleanse(secret_access_key);
  crypto::cleanse(session_token);
}

std::string abbreviate_key_id(std::string_view access_key_id)
{
  constexpr std::size_t k_shown = 4;
  if (access_key_id.size() <= 2 * k_shown) {
    return std::string(access_key_id);
  }
  return std::string(access_key_id.substr(0, k_shown)) + "..." + std::string(access_key_id.substr(access_key_id.size() - k_shown));
}

}  // namespace davit::aws::auth
