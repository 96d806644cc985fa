// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/authorizer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/auth/credentials_document.hpp"
#include "aws/core/encoding.hpp"
#include "aws/registry/token.hpp"

namespace davit::aws::registry {
namespace {

/// A token that ends while the request is on its way would be refused.
constexpr std::chrono::seconds k_least_left{10};

std::string key_of(const Access& access)
{
  return fmt::format("{} {}{} {}", access.host, access.repository, access.push ? "+" : "", access.mount_from);
}

const Challenge* find_scheme(const std::vector<Challenge>& challenges, std::string_view scheme)
{
  const auto found = std::find_if(challenges.begin(), challenges.end(), [&](const Challenge& each) { return each.scheme == scheme; });
  return found == challenges.end() ? nullptr : &*found;
}

std::vector<std::string> scopes_of(const Access& access)
{
  std::vector<std::string> scopes;
  if (!access.repository.empty()) {
    scopes.push_back(fmt::format("repository:{}:{}", access.repository, access.push ? "pull,push" : "pull"));
  }
  if (!access.mount_from.empty()) {
    scopes.push_back(fmt::format("repository:{}:pull", access.mount_from));
  }
  return scopes;
}

}  // namespace

std::string Authorizer::find(const std::string& key)
{
  const auto found = m_kept.find(key);
  const bool lasts = found != m_kept.end() && (!found->second.expires || *found->second.expires > m_clock() + k_least_left);
  return lasts ? found->second.field : "";
}

std::string Authorizer::known(const Access& access)
{
  const std::lock_guard lock(m_mutex);
  const std::string field = find(key_of(access));
  return field.empty() ? find(access.host) : field;
}

Result<Authorizer::Kept> Authorizer::basic(const Access& access, const std::string& refused)
{
  DAVIT_TRY_ASSIGN(const auto login, m_logins(access.host, access.repository));
  if (!login || login->is_identity_token) {
    return fail(auth::credentials_error(fmt::format("{} wants a user and a password, and none is known", access.host),
                                        fmt::format("sign in: skopeo login {0}, podman login {0} or docker login {0}", access.host)));
  }
  std::string field = "Basic " + to_base64(fmt::format("{}:{}", login->user, login->password.bytes()));
  if (field == refused) {
    return fail(
        auth::credentials_error(fmt::format("{} does not accept the login of user '{}' ({})", access.host, login->user, login->origin),
                                fmt::format("sign in anew: skopeo login {}", access.host)));
  }
  return Kept{.field = std::move(field), .expires = std::nullopt};
}

Result<std::string> Authorizer::answer(http::Client& client, const Access& access, const Url& registry,
                                       const std::vector<Challenge>& challenges, const std::string& refused)
{
  const std::lock_guard lock(m_mutex);
  const Challenge* const bearer = find_scheme(challenges, "bearer");
  if (bearer == nullptr && find_scheme(challenges, "basic") == nullptr) {
    return fail(auth::credentials_error(fmt::format("{} asks for a login but names no way that davit knows (Basic, Bearer)", access.host)));
  }
  const std::string key = bearer != nullptr ? key_of(access) : access.host;
  // Another thread may have been let in meanwhile.
  if (const std::string field = find(key); !field.empty() && field != refused) {
    return field;
  }
  Kept kept;
  if (bearer == nullptr) {
    DAVIT_TRY_ASSIGN(kept, basic(access, refused));
  } else {
    DAVIT_TRY_ASSIGN(const auto login, m_logins(access.host, access.repository));
    DAVIT_TRY_ASSIGN(
        Token token,
        fetch_token(client,
                    {.host = access.host, .registry = registry, .challenge = *bearer, .scopes = scopes_of(access), .login = login}));
    kept = {.field = fmt::format("Bearer {}", token.value.bytes()), .expires = m_clock() + token.lifetime};
  }
  return m_kept.insert_or_assign(key, std::move(kept)).first->second.field;
}

}  // namespace davit::aws::registry
