// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/profile_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "aws/auth/credentials_document.hpp"

namespace davit::aws::auth {
namespace {

std::string text_of(const Section& profile, const std::string& key)
{
  const Property* const property = find_property(profile, key);
  return property == nullptr ? "" : property->value;
}

/// A number that is none is passed over, as the AWS CLI does.
std::optional<std::chrono::seconds> duration_of(const Section& profile)
{
  const std::string text = text_of(profile, "duration_seconds");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = !text.empty() && error == std::errc{} && end == text.data() + text.size() && seconds > 0;
  return is_number ? std::optional(std::chrono::seconds{seconds}) : std::nullopt;
}

RoleStep role_of(const Section& profile)
{
  return {.role_arn = text_of(profile, "role_arn"),
          .session_name = text_of(profile, "role_session_name"),
          .external_id = text_of(profile, "external_id"),
          .mfa_serial = text_of(profile, "mfa_serial"),
          .duration = duration_of(profile)};
}

Result<NamedSource> named_source_of(const std::string& text, const std::string& name)
{
  constexpr std::pair<std::string_view, NamedSource> k_names[] = {{"Environment", NamedSource::environment},
                                                                  {"EcsContainer", NamedSource::container},
                                                                  {"Ec2InstanceMetadata", NamedSource::instance_metadata}};
  const auto* const found = std::find_if(std::begin(k_names), std::end(k_names), [&](const auto& entry) { return entry.first == text; });
  if (found == std::end(k_names)) {
    return fail(usage_error(fmt::format("profile '{}' has credential_source = {}", name, text),
                            "it is Environment, Ec2InstanceMetadata or EcsContainer"));
  }
  return found->second;
}

/// The source of a profile's own credentials, its role_arn apart.
Result<CredentialSource> own_source_of(const ConfigFile& files, const Section& profile, const std::string& name)
{
  if (const Property* const source = find_property(profile, "credential_source")) {
    return named_source_of(source->value, name).map([](NamedSource named) { return CredentialSource{named}; });
  }
  DAVIT_TRY_ASSIGN(auto web_identity, web_identity_of(profile, name));
  if (web_identity) {
    return CredentialSource{std::move(*web_identity)};
  }
  DAVIT_TRY_ASSIGN(auto sso_role, sso_role_of(files, profile, name));
  if (sso_role) {
    return CredentialSource{std::move(*sso_role)};
  }
  if (auto process = credential_process_of(profile, name)) {
    return CredentialSource{std::move(*process)};
  }
  DAVIT_TRY_ASSIGN(auto keys, keys_of(profile, name));
  if (keys) {
    return CredentialSource{std::move(*keys)};
  }
  return fail(credentials_error(fmt::format("profile '{}' has no credentials", name), "davit aws config shows what it holds"));
}

/// Where the credentials for a profile's role_arn come from: the name of a profile, which may be its own.
Result<std::string> next_profile(const Section& profile, const std::string& name)
{
  const Property* const source_profile = find_property(profile, "source_profile");
  const Property* const credential_source = find_property(profile, "credential_source");
  if (source_profile != nullptr && credential_source != nullptr) {
    return fail(usage_error(fmt::format("profile '{}' has both source_profile and credential_source ({})", name, source_profile->origin()),
                            "keep one of them"));
  }
  if (source_profile == nullptr && credential_source == nullptr) {
    return fail(usage_error(fmt::format("profile '{}' has role_arn, but neither source_profile nor credential_source", name),
                            "say whose credentials assume the role"));
  }
  return source_profile == nullptr ? name : source_profile->value;
}

bool begins_with_role(const Section& profile)
{
  return find_property(profile, "role_arn") != nullptr && find_property(profile, "web_identity_token_file") == nullptr;
}

/// Follows the profiles from one to the next.
class Walk
{
public:
  explicit Walk(const ConfigFile& files) : m_files(files) {}

  Result<SourceChain> from(std::string name)
  {
    while (true) {
      DAVIT_TRY_ASSIGN(const Section* profile, enter(name));
      DAVIT_TRY_ASSIGN(auto keys, m_seen.size() > 1 ? whole_keys_of(*profile, name) : std::optional<Credentials>{});
      if (keys) {
        return finish(std::move(*keys));
      }
      if (!begins_with_role(*profile)) {
        return own_source_of(m_files, *profile, name).map([this](CredentialSource source) { return finish(std::move(source)); });
      }
      DAVIT_TRY_ASSIGN(std::string next, next_profile(*profile, name));
      m_roles.push_back(role_of(*profile));
      if (next == name) {
        return own_source_of(m_files, *profile, name).map([this](CredentialSource source) { return finish(std::move(source)); });
      }
      name = std::move(next);
    }
  }

private:
  Result<const Section*> enter(const std::string& name)
  {
    if (std::find(m_seen.begin(), m_seen.end(), name) != m_seen.end()) {
      return fail(usage_error(fmt::format("the source_profile of profile '{}' leads back to '{}'", m_seen.back(), name),
                              fmt::format("the profiles form a loop: {} -> {}", fmt::join(m_seen, " -> "), name)));
    }
    const auto found = m_files.profiles.find(name);
    if (found == m_files.profiles.end()) {
      return fail(usage_error(m_seen.empty()
                                  ? fmt::format("there is no profile '{}'", name)
                                  : fmt::format("profile '{}' names the source_profile '{}', which is not there", m_seen.back(), name),
                              "davit aws config lists the profiles"));
    }
    m_seen.push_back(name);
    return &found->second;
  }

  /// In a source profile both halves of a pair beat its role_arn; one half alone is an error only where nothing else is said.
  static Result<std::optional<Credentials>> whole_keys_of(const Section& profile, const std::string& name)
  {
    auto keys = keys_of(profile, name);
    return !keys && begins_with_role(profile) ? std::optional<Credentials>{} : std::move(keys);
  }

  SourceChain finish(CredentialSource source)
  {
    std::reverse(m_roles.begin(), m_roles.end());
    return {.source = std::move(source), .roles = std::move(m_roles)};
  }

  const ConfigFile& m_files;
  std::vector<std::string> m_seen;
  std::vector<RoleStep> m_roles;
};

/// The region or start URL of an [sso-session]. One that the profile repeats must be the same.
Result<std::string> session_value(const Section& session, const Section& profile, const std::string& key, const std::string& name)
{
  const std::string value = text_of(session, key);
  const std::string repeated = text_of(profile, key);
  if (value.empty()) {
    return fail(usage_error(fmt::format("the [sso-session] of profile '{}' has no {}", name, key), "it belongs there, not in the profile"));
  }
  if (!repeated.empty() && repeated != value) {
    return fail(usage_error(fmt::format("profile '{}' has another {} than its [sso-session]", name, key), "drop it from the profile"));
  }
  return value;
}

Status add_sso_session(const ConfigFile& files, const Section& profile, const std::string& name, SsoRole& out)
{
  const auto session = files.sso_sessions.find(out.session_name);
  if (session == files.sso_sessions.end()) {
    return fail(usage_error(fmt::format("there is no [sso-session {}], which profile '{}' names", out.session_name, name)));
  }
  DAVIT_TRY_ASSIGN(out.region, session_value(session->second, profile, "sso_region", name));
  DAVIT_TRY_ASSIGN(out.start_url, session_value(session->second, profile, "sso_start_url", name));
  return {};
}

}  // namespace

const Property* find_property(const Section& profile, const std::string& key)
{
  const auto found = profile.find(key);
  return found == profile.end() || found->second.value.empty() ? nullptr : &found->second;
}

Result<std::optional<Credentials>> keys_of(const Section& profile, const std::string& name)
{
  const Property* const key_id = find_property(profile, "aws_access_key_id");
  const Property* const secret = find_property(profile, "aws_secret_access_key");
  if (key_id == nullptr && secret == nullptr) {
    return std::optional<Credentials>{};
  }
  if (key_id == nullptr || secret == nullptr) {
    const char* const missing = key_id == nullptr ? "aws_access_key_id" : "aws_secret_access_key";
    return fail(credentials_error(fmt::format("half a key pair in profile '{}': {} is missing", name, missing), "write both"));
  }
  // botocore reads the older name first.
  const std::string legacy_token = text_of(profile, "aws_security_token");
  Credentials credentials{key_id->value, secret->value, legacy_token.empty() ? text_of(profile, "aws_session_token") : legacy_token};
  credentials.account_id = text_of(profile, "aws_account_id");
  credentials.source = fmt::format("profile '{}'", name);
  return std::optional(std::move(credentials));
}

Result<std::optional<WebIdentity>> web_identity_of(const Section& profile, const std::string& name)
{
  const Property* const token_file = find_property(profile, "web_identity_token_file");
  if (token_file == nullptr) {
    return std::optional<WebIdentity>{};
  }
  if (find_property(profile, "role_arn") == nullptr) {
    return fail(usage_error(fmt::format("profile '{}' has web_identity_token_file, but no role_arn ({})", name, token_file->origin())));
  }
  return std::optional(WebIdentity{token_file->value, text_of(profile, "role_arn"), text_of(profile, "role_session_name")});
}

Result<std::optional<SsoRole>> sso_role_of(const ConfigFile& files, const Section& profile, const std::string& name)
{
  SsoRole out{.account_id = text_of(profile, "sso_account_id"),
              .role_name = text_of(profile, "sso_role_name"),
              .region = text_of(profile, "sso_region"),
              .start_url = text_of(profile, "sso_start_url"),
              .session_name = text_of(profile, "sso_session")};
  if (out.account_id.empty() && out.role_name.empty() && out.start_url.empty() && out.session_name.empty()) {
    return std::optional<SsoRole>{};
  }
  if (out.account_id.empty() != out.role_name.empty()) {
    return fail(usage_error(fmt::format("profile '{}' has {}, but no {}", name, out.account_id.empty() ? "sso_role_name" : "sso_account_id",
                                        out.account_id.empty() ? "sso_account_id" : "sso_role_name")));
  }
  if (!out.session_name.empty()) {
    DAVIT_TRY(add_sso_session(files, profile, name, out));
    return std::optional(std::move(out));
  }
  for (const auto& [key, value] : {std::pair{"sso_start_url", &out.start_url},
                                   {"sso_region", &out.region},
                                   {"sso_account_id", &out.account_id},
                                   {"sso_role_name", &out.role_name}}) {
    if (value->empty()) {
      return fail(usage_error(fmt::format("profile '{}' signs in by SSO, but has no {}", name, key)));
    }
  }
  return std::optional(std::move(out));
}

std::optional<CredentialProcess> credential_process_of(const Section& profile, const std::string& name)
{
  const Property* const command = find_property(profile, "credential_process");
  return command == nullptr ? std::nullopt
                            : std::optional(CredentialProcess{
                                  .command = command->value, .profile = name, .account_id = text_of(profile, "aws_account_id")});
}

Result<SourceChain> source_chain_of(const ConfigFile& files, const std::string& name)
{
  return Walk{files}.from(name);
}

}  // namespace davit::aws::auth
