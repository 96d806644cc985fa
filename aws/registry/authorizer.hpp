// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/http/client.hpp"
#include "aws/registry/challenge.hpp"
#include "aws/registry/login.hpp"

namespace davit::aws::registry {

/// What a request wants to do, which a token is asked for.
struct Access {
  std::string host;
  std::string repository;       ///< empty for the ping
  bool push = false;            ///< pull alone otherwise
  std::string mount_from = {};  ///< a further repository to read
};

/// What lets the requests of one process into registries: it answers their challenges and keeps what it got, by host and scope, until that
/// expires. Safe to use from several threads.
class Authorizer
{
public:
  explicit Authorizer(LoginSource logins, Clock clock = system_now) : m_logins(std::move(logins)), m_clock(std::move(clock)) {}

  /// The Authorization field that is known to be wanted; empty when none is.
  std::string known(const Access& access);

  /// The Authorization field that answers these challenges of a 401. `refused` is the one that the registry did not accept, if there was
  /// one. `registry` is the registry's URL. Credentials error when there is nothing better to offer.
  Result<std::string> answer(http::Client& client, const Access& access, const Url& registry, const std::vector<Challenge>& challenges,
                             const std::string& refused);

private:
  struct Kept {
    std::string field;
    std::optional<TimePoint> expires;
  };

  Result<Kept> basic(const Access& access, const std::string& refused);
  std::string find(const std::string& key);

  LoginSource m_logins;
  Clock m_clock;
  std::mutex m_mutex;
  std::map<std::string, Kept> m_kept;
};

}  // namespace davit::aws::registry
