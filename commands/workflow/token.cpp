// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/token.hpp"

#include <fmt/format.h>

#include "commands/jwt/mint.hpp"
#include "commands/jwt/profile.hpp"

namespace davit::commands::workflow {

Result<std::string> TokenMint::mint(const std::string& profile)
{
  DAVIT_TRY_ASSIGN(const cli::config::TokenProfile* const found, jwt::find_profile(m_context, profile));
  auto keys = m_keys.find(profile);
  if (keys == m_keys.end()) {
    auto read = jwt::keys_of_profile(m_context, profile, *found, aws::jose::WeakSecrets::refused);
    if (!read) {
      return fail(std::move(read).error().wrap(fmt::format("token profile '{}'", profile)));
    }
    keys = m_keys.emplace(profile, std::move(*read)).first;
  }
  return jwt::mint({.keys = keys->second, .profile = found, .now = system_now()}).map([](jwt::MintResponse minted) {
    return minted.token;
  });
}

}  // namespace davit::commands::workflow
