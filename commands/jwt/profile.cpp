// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/profile.hpp"

#include <fmt/ranges.h>

#include "aws/core/spelling.hpp"
#include "aws/secretsmanager/client.hpp"
#include "commands/jwt/key_input.hpp"

namespace davit::commands::jwt {
namespace {

/// The stored text's own bytes, or the stored bytes: never decoded, since the handler does not decode them either.
Result<aws::crypto::Secret> read_secret(cli::Context& context, const std::string& secret_id)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  auto value = aws::secretsmanager::Client(*session).get_secret_value({.secret_id = secret_id});
  if (!value) {
    return fail(std::move(value).error().wrap(fmt::format("reading the secret '{}'", secret_id)));
  }
  return aws::crypto::Secret(value->text ? std::move(*value->text) : std::move(value->binary).value_or(""));
}

}  // namespace

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
                          suggestion      ? fmt::format("did you mean '{}'?", *suggestion)
                          : names.empty() ? "profiles stand under `tokens`"
                                          : fmt::format("it has {}", fmt::join(names, ", "))));
}

Result<aws::jose::KeySet> keys_of_profile(cli::Context& context, const std::string& name, const cli::config::TokenProfile& profile,
                                          aws::jose::WeakSecrets weak)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project());
  if (profile.key) {
    return read_keys(context, (project->directory / *profile.key).string(), weak);
  }
  if (!profile.secret) {
    return fail(usage_error(fmt::format("the token profile '{}' names neither a secret nor a key", name), "give the key with --key FILE"));
  }
  DAVIT_TRY_ASSIGN(const auto bytes, read_secret(context, project->physical_name(*profile.secret)));
  auto key = aws::jose::parse_secret(bytes.bytes(), weak);
  if (!key) {
    return fail(std::move(key).error().wrap(fmt::format("the secret '{}' cannot be used as a key", *profile.secret)));
  }
  aws::jose::KeySet set;
  set.keys.push_back(std::move(*key));
  return set;
}

}  // namespace davit::commands::jwt
