// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/core/time.hpp"
#include "aws/local/ecr/image_store.hpp"

namespace davit::aws::local::ecr {

/// What GetAuthorizationToken hands out: a password for the user AWS, good for twelve hours, that says by itself whose registry it opens.
class AccessTokens
{
public:
  AccessTokens(std::string key, Clock clock) : m_key(std::move(key)), m_clock(std::move(clock)) {}

  struct Issued {
    std::string password;
    TimePoint expires;
  };
  [[nodiscard]] Issued issue(const Owner& owner) const;

  enum class State { good, expired, wrong };
  struct Checked {
    State state = State::wrong;
    Owner owner;
  };
  [[nodiscard]] Checked check(std::string_view password) const;

private:
  std::string m_key;
  Clock m_clock;
};

/// The password of "Basic base64(AWS:password)"; nothing for another user or another scheme.
std::optional<std::string> password_of(std::string_view authorization);

}  // namespace davit::aws::local::ecr
