// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/jwt.hpp"

#include <CLI/App.hpp>

#include "commands/jwt/decode.hpp"
#include "commands/jwt/key.hpp"
#include "commands/jwt/mint.hpp"
#include "commands/jwt/verify.hpp"

namespace davit::commands::jwt {

void add_jwt(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "jwt", "JSON Web Tokens: mint, verify, decode, and their keys");
  registry.add_verbs(group, {{"mint", add_mint}, {"verify", add_jwt_verify}, {"decode", add_decode}, {"key", add_key}});
}

void add_jws(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "jws", "Signed messages whose payload is no set of claims");
  registry.add_verbs(group, {{"verify", add_jws_verify}});
}

}  // namespace davit::commands::jwt
