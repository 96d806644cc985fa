// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/profile.hpp"

#include <fmt/ranges.h>

#include "aws/core/spelling.hpp"
#include "commands/jwt/key_input.hpp"

namespace davit::commands::jwt {

Result<const cli::config::TokenProfile*> find_profile(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project());
  const auto found = project->tokens.find(name);
  if (found != project->tokens.end()) {
    return &found->second;
  }
  std::vector<std::string> names;
  for (const auto& [known, profile] : project->tokens) {
    names.push_back(known);
  }
  const auto suggestion = nearest(name, names);
  return fail(usage_error(fmt::format("davit.yaml has no token profile '{}'", name),
                          suggestion ? fmt::format("did you mean '{}'?", *suggestion) : names.empty() ? "profiles stand under `tokens`" : fmt::format("it has {}", fmt::join(names, ", "))));
}

Result<aws::jose::KeySet> keys_of_profile(cli::Context& context, const std::string& name, const cli::config::TokenProfile& profile, aws::jose::WeakSecrets weak)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project());
  if (profile.key) {
    return read_keys(context, (project->directory / *profile.key).string(), weak);
  }
  return fail(usage_error(fmt::format("the token profile '{}' names no key file", name), "give the key with --key FILE"));
}

}  // namespace davit::commands::jwt
