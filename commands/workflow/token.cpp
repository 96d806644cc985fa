// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/token.hpp"

#include <fmt/format.h>

#include "commands/jwt/mint.hpp"
#include "commands/jwt/profile.hpp"

namespace davit::commands::workflow {

Result<std::string> mint_token(cli::Context& context, const std::string& profile)
{
  DAVIT_TRY_ASSIGN(const cli::config::TokenProfile* const found, jwt::find_profile(context, profile));
  auto keys = jwt::keys_of_profile(context, profile, *found, aws::jose::WeakSecrets::refused);
  if (!keys) {
    return fail(std::move(keys).error().wrap(fmt::format("token profile '{}'", profile)));
  }
  DAVIT_TRY_ASSIGN(const jwt::MintResponse minted, jwt::mint({.keys = std::move(*keys), .profile = found, .now = system_now()}));
  return minted.token;
}

}  // namespace davit::commands::workflow
