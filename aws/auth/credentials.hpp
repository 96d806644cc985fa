// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/core/time.hpp"

namespace davit::aws::auth {

/// A key pair of AWS, with what its source said about it. Overwritten in memory when it goes away.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;            ///< empty for long-lived keys
  std::optional<TimePoint> expires_at;  ///< nothing when the source named no end
  std::string account_id;               ///< empty when the source did not say
  std::string source;                   ///< "environment", "profile 'dev'", ...: for people

  Credentials() = default;
  Credentials(std::string key_id, std::string secret, std::string token = {})
      : access_key_id(std::move(key_id)), secret_access_key(std::move(secret)), session_token(std::move(token))
  {
  }
  Credentials(const Credentials&) = default;
  Credentials(Credentials&&) = default;
  Credentials& operator=(const Credentials&) = default;
  Credentials& operator=(Credentials&&) = default;
  ~Credentials();
};

/// "AKIA...WXYZ": enough to recognise a key by, for logs and `whoami`.
std::string abbreviate_key_id(std::string_view access_key_id);

}  // namespace davit::aws::auth
