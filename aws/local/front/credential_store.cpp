// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/credential_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::local {
namespace {

std::string upper(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

/// AWS's unique identifiers: four letters that name the kind, then 17 characters. The same for the same name, so that restarts do not
/// change it.
std::string unique_id(std::string_view prefix, std::string_view name)
{
  return std::string(prefix) + upper(to_hex(crypto::sha256(name))).substr(0, 17);
}

}  // namespace

Principal user_principal(std::string access_key_id, std::string secret_access_key, const std::string& account_id, const std::string& name)
{
  Principal principal{
      .access_key_id = std::move(access_key_id), .secret_access_key = std::move(secret_access_key), .account_id = account_id};
  principal.arn = fmt::format("arn:aws:iam::{}:user/{}", account_id, name);
  principal.user_id = unique_id("AIDA", principal.arn);
  return principal;
}

Principal role_session_principal(const std::string& account_id, const std::string& role, const std::string& session)
{
  return {.access_key_id = "ASIA" + upper(to_hex(crypto::random_bytes(8))),
          .secret_access_key = to_base64(crypto::random_bytes(30)),
          .session_token = to_base64(crypto::random_bytes(96)),
          .account_id = account_id,
          .arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", account_id, role, session),
          .user_id = fmt::format("{}:{}", unique_id("AROA", role), session)};
}

void CredentialStore::add(Principal principal)
{
  const std::unique_lock lock(m_mutex);
  m_principals.insert_or_assign(principal.access_key_id, principal);
}

void CredentialStore::remove(const std::string& access_key_id)
{
  const std::unique_lock lock(m_mutex);
  m_principals.erase(access_key_id);
}

std::optional<Principal> CredentialStore::find(const std::string& access_key_id) const
{
  const std::shared_lock lock(m_mutex);
  const auto found = m_principals.find(access_key_id);
  return found == m_principals.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace davit::aws::local
