// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

namespace davit::aws::local {

/// Somebody who may call the local AWS.
struct Principal {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< of temporary credentials; empty for permanent ones
  std::string account_id;
  std::string arn;
  std::string user_id;
};

/// "arn:aws:iam::ACCOUNT:user/NAME" with permanent keys.
Principal user_principal(std::string access_key_id, std::string secret_access_key, const std::string& account_id, const std::string& name);

/// Fresh temporary keys for a role that a function runs under: "arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION".
Principal role_session_principal(const std::string& account_id, const std::string& role, const std::string& session);

/// The key pairs that are accepted. Safe to use from several threads.
class CredentialStore
{
public:
  void add(Principal principal);
  void remove(const std::string& access_key_id);
  [[nodiscard]] std::optional<Principal> find(const std::string& access_key_id) const;

private:
  mutable std::shared_mutex m_mutex;
  std::map<std::string, Principal> m_principals;
};

}  // namespace davit::aws::local
