// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credentials_chain.hpp"

#include <fmt/format.h>

#include <optional>

#include "aws/auth/config_file.hpp"
#include "aws/core/spelling.hpp"

namespace davit::aws::auth {
namespace {

constexpr std::string_view k_not_yet = "not supported yet by this version";

Error credentials_error(std::string message, std::string hint = {})
{
  return {.kind = ErrorKind::credentials, .message = std::move(message), .hint = std::move(hint)};
}

/// The sources are asked in turn; the first that has credentials, or fails, decides.
class Chain
{
public:
  Chain(const Environment& environment, const ConfigFile& files, const ProfileChoice& profile, TimePoint now)
      : m_environment(environment), m_profile(profile), m_now(now)
  {
    const auto found = files.profiles.find(profile.name);
    m_section = found == files.profiles.end() ? nullptr : &found->second;
    m_known = &files.profiles;
  }

  ChainResult run()
  {
    if (m_profile.is_named() && m_section == nullptr) {
      return fail_at("profile", unknown_profile());
    }
    ask_environment();
    ask_profile_key("assume-role", "role_arn");
    ask_web_identity();
    ask_profile_key("sso", "sso_session", "sso_start_url");
    ask_file("shared-credentials-file", true);
    ask_profile_key("login", "login_session");
    ask_profile_key("custom-process", "credential_process");
    ask_file("config-file", false);
    ask_variable("container-role", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    skip("iam-role", m_environment.is_true("AWS_EC2_METADATA_DISABLED") ? "AWS_EC2_METADATA_DISABLED is true" : std::string(k_not_yet));
    return finish();
  }

private:
  using Outcome = ChainStep::Outcome;

  void add(std::string source, Outcome outcome, std::string reason, std::string origin = {})
  {
    m_steps.push_back({std::move(source), outcome, std::move(reason), std::move(origin)});
  }

  /// True, after noting it, when an earlier source has decided.
  bool decided(const std::string& source)
  {
    if (m_result) {
      add(source, Outcome::skipped, "an earlier source decided");
    }
    return m_result.has_value();
  }

  void skip(const std::string& source, std::string reason)
  {
    if (!decided(source)) {
      add(source, Outcome::skipped, std::move(reason));
    }
  }

  void refuse(const std::string& source, Error error, std::string origin)
  {
    add(source, Outcome::failed, error.message, std::move(origin));
    m_result = fail(std::move(error));
  }

  /// Credentials that have ended are refused here: the service would say so less clearly.
  void use(const std::string& source, Credentials credentials, std::string origin)
  {
    if (credentials.expires_at && *credentials.expires_at <= m_now) {
      return refuse(
          source,
          credentials_error(fmt::format("the credentials of {} expired at {}", credentials.source, to_rfc3339(*credentials.expires_at)),
                            "get new ones"),
          std::move(origin));
    }
    add(source, Outcome::used, fmt::format("access key {}", abbreviate_key_id(credentials.access_key_id)), std::move(origin));
    m_result = std::move(credentials);
  }

  [[nodiscard]] const Property* property(const std::string& key) const
  {
    const auto found = m_section == nullptr ? Section::const_iterator{} : m_section->find(key);
    return m_section == nullptr || found == m_section->end() || found->second.value.empty() ? nullptr : &found->second;
  }

  [[nodiscard]] Error unknown_profile() const
  {
    std::vector<std::string> names;
    for (const auto& [name, section] : *m_known) {
      names.push_back(name);
    }
    const auto near = nearest(m_profile.name, names);
    return usage_error(fmt::format("there is no profile '{}' (named by {})", m_profile.name, m_profile.origin),
                       near ? fmt::format("did you mean '{}'?", *near) : "davit aws config lists the profiles");
  }

  [[nodiscard]] ChainResult fail_at(const std::string& source, Error error)
  {
    refuse(source, std::move(error), m_profile.origin);
    return finish();
  }

  void ask_environment()
  {
    const auto key_id = m_environment.get("AWS_ACCESS_KEY_ID");
    const auto secret = m_environment.get("AWS_SECRET_ACCESS_KEY");
    if (m_profile.is_typed()) {
      if (key_id || secret) {
        m_notices.push_back(fmt::format("--profile {} was typed: the keys in AWS_ACCESS_KEY_ID are not used", m_profile.name));
      }
      return skip("env", "--profile was typed, which passes over the environment");
    }
    if (!key_id && !secret) {
      return skip("env", "AWS_ACCESS_KEY_ID is not set");
    }
    if (!key_id || !secret) {
      const char* const missing = key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID";
      return refuse("env",
                    credentials_error(fmt::format("half a key pair in the environment: {} is not set", missing), "set both, or neither"),
                    missing);
    }
    if (m_profile.is_named()) {
      m_notices.push_back(fmt::format("{}={} is set, but the keys in AWS_ACCESS_KEY_ID win", m_profile.origin, m_profile.name));
    }
    use_environment(*key_id, *secret);
  }

  void use_environment(const std::string& key_id, const std::string& secret)
  {
    // botocore reads the older name first.
    const auto legacy_token = m_environment.get("AWS_SECURITY_TOKEN");
    Credentials credentials{key_id, secret, legacy_token ? *legacy_token : m_environment.get("AWS_SESSION_TOKEN").value_or("")};
    credentials.account_id = m_environment.get("AWS_ACCOUNT_ID").value_or("");
    credentials.source = "the environment";
    if (const auto expiration = m_environment.get("AWS_CREDENTIAL_EXPIRATION")) {
      auto time = parse_time(*expiration);
      if (!time) {
        return refuse("env", std::move(time).error().wrap("AWS_CREDENTIAL_EXPIRATION"), "AWS_CREDENTIAL_EXPIRATION");
      }
      credentials.expires_at = *time;
    }
    use("env", std::move(credentials), "AWS_ACCESS_KEY_ID");
  }

  /// A source that the profile asks for by one of these properties, and that this version does not have.
  void ask_profile_key(const std::string& source, const std::string& key, const std::string& other_key = {})
  {
    const Property* const asked = property(key) != nullptr || other_key.empty() ? property(key) : property(other_key);
    if (decided(source)) {
      return;
    }
    if (asked == nullptr) {
      return add(source, Outcome::skipped, fmt::format("profile '{}' has no {}", m_profile.name, key));
    }
    const std::string message =
        fmt::format("profile '{}' asks for {}, which is {}", m_profile.name, asked == property(key) ? key : other_key, k_not_yet);
    refuse(source, credentials_error(message, "export keys from the AWS CLI: eval \"$(aws configure export-credentials --format env)\""),
           asked->origin());
  }

  void ask_web_identity()
  {
    if (!m_profile.is_typed() && m_environment.get("AWS_WEB_IDENTITY_TOKEN_FILE")) {
      return ask_variable("assume-role-with-web-identity", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE");
    }
    ask_profile_key("assume-role-with-web-identity", "web_identity_token_file");
  }

  void ask_variable(const std::string& source, const std::string& name, const std::string& other_name)
  {
    if (decided(source)) {
      return;
    }
    if (!m_environment.get(name) && !m_environment.get(other_name)) {
      return add(source, Outcome::skipped, fmt::format("{} is not set", name));
    }
    const std::string& set = m_environment.get(name) ? name : other_name;
    refuse(source, credentials_error(fmt::format("{} asks for credentials of a kind that is {}", set, k_not_yet)), set);
  }

  /// The keys of the profile. One that stands in the credentials file belongs to the first of the two file sources.
  void ask_file(const std::string& source, bool credentials_file)
  {
    const Property* const key_id = property("aws_access_key_id");
    const Property* const secret = property("aws_secret_access_key");
    const Property* const any = key_id != nullptr ? key_id : secret;
    if (decided(source)) {
      return;
    }
    const std::string path = m_environment.credentials_file().string();
    const bool here = any != nullptr && (any->file == path || (secret != nullptr && secret->file == path)) == credentials_file;
    if (!here) {
      return add(source, Outcome::skipped, fmt::format("profile '{}' has no keys there", m_profile.name));
    }
    if (key_id == nullptr || secret == nullptr) {
      const char* const missing = key_id == nullptr ? "aws_access_key_id" : "aws_secret_access_key";
      return refuse(source,
                    credentials_error(fmt::format("half a key pair in profile '{}': {} is missing", m_profile.name, missing), "write both"),
                    any->origin());
    }
    use(source, from_profile(*key_id, *secret), key_id->origin());
  }

  [[nodiscard]] Credentials from_profile(const Property& key_id, const Property& secret) const
  {
    const auto text_of = [this](const std::string& key) { return property(key) == nullptr ? std::string{} : property(key)->value; };
    const std::string legacy_token = text_of("aws_security_token");
    Credentials credentials{key_id.value, secret.value, legacy_token.empty() ? text_of("aws_session_token") : legacy_token};
    credentials.account_id = text_of("aws_account_id");
    credentials.source = fmt::format("profile '{}'", m_profile.name);
    return credentials;
  }

  ChainResult finish()
  {
    if (!m_result) {
      m_result = fail(credentials_error(
          "no AWS credentials found",
          "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile; davit whoami --explain shows every source"));
    }
    return {std::move(m_steps), std::move(*m_result), std::move(m_notices)};
  }

  const Environment& m_environment;
  const ProfileChoice& m_profile;
  TimePoint m_now;
  const Section* m_section = nullptr;
  const std::map<std::string, Section>* m_known = nullptr;
  std::vector<ChainStep> m_steps;
  std::vector<std::string> m_notices;
  std::optional<Result<Credentials>> m_result;
};

}  // namespace

ProfileChoice choose_profile(const Environment& environment, const std::string& typed)
{
  if (!typed.empty()) {
    return {typed, "--profile"};
  }
  for (const char* const variable : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (const auto name = environment.get(variable)) {
      return {*name, variable};
    }
  }
  return {};
}

ChainResult find_credentials(const Environment& environment, const ConfigFile& files, const ProfileChoice& profile, TimePoint now)
{
  return Chain{environment, files, profile, now}.run();
}

}  // namespace davit::aws::auth
