// SPDX-License-Identifier: Apache-2.0
#include "commands/local/principals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/auth/config_file.hpp"
#include "aws/core/file.hpp"

namespace davit::commands::local {
namespace {

using aws::auth::Property;
using aws::auth::Section;
using aws::local::Principal;

const Property* find(const Section& profile, const char* name)
{
  const auto found = profile.find(name);
  return found == profile.end() || found->second.value.empty() ? nullptr : &found->second;
}

Error misplaced(const Property& property, const std::string& message, std::string hint)
{
  return usage_error(fmt::format("{}: {}", property.origin(), message), std::move(hint));
}

Result<std::string> account_of(const Section& profile, const std::string& otherwise)
{
  const Property* account = find(profile, "aws_account_id");
  if (account == nullptr) {
    return otherwise;
  }
  const bool digits = std::all_of(account->value.begin(), account->value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (account->value.size() != 12 || !digits) {
    return fail(misplaced(*account, fmt::format("'{}' is no account id", account->value), "aws_account_id has 12 digits"));
  }
  return account->value;
}

/// Nothing for a profile without keys, such as one that only names a region.
Result<std::optional<Principal>> principal_of(const std::string& name, const Section& profile, const std::string& account_id)
{
  const Property* key = find(profile, "aws_access_key_id");
  const Property* secret = find(profile, "aws_secret_access_key");
  if (key == nullptr && secret == nullptr) {
    return std::nullopt;
  }
  if (key == nullptr || secret == nullptr) {
    const char* missing = key == nullptr ? "aws_access_key_id" : "aws_secret_access_key";
    return fail(
        misplaced(key == nullptr ? *secret : *key, fmt::format("profile '{}' has no {}", name, missing), "a key pair is both of them"));
  }
  DAVIT_TRY_ASSIGN(const auto account, account_of(profile, account_id));
  Principal principal = aws::local::user_principal(key->value, secret->value, account, name);
  const Property* token = find(profile, "aws_session_token");
  principal.session_token = token == nullptr ? "" : token->value;
  return principal;
}

}  // namespace

Result<std::vector<Principal>> principals(const std::string& account_id, const std::filesystem::path& credentials_file)
{
  std::vector<Principal> known{aws::local::user_principal(k_default_key, k_default_key, account_id, k_default_key)};
  if (credentials_file.empty()) {
    return known;
  }
  DAVIT_TRY_ASSIGN(const auto text, read_file(credentials_file));
  DAVIT_TRY_ASSIGN(const auto file, aws::auth::parse_config_file(text, credentials_file.string(), aws::auth::ConfigFileKind::credentials));
  for (const auto& [name, profile] : file.profiles) {
    DAVIT_TRY_ASSIGN(auto principal, principal_of(name, profile, account_id));
    if (principal) {
      known.push_back(std::move(*principal));
    }
  }
  return known;
}

}  // namespace davit::commands::local
