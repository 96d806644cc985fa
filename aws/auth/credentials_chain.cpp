// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credentials_chain.hpp"

#include <fmt/format.h>

#include <optional>

#include "aws/auth/container_credentials.hpp"
#include "aws/auth/credentials_document.hpp"
#include "aws/auth/profile_source.hpp"
#include "aws/core/spelling.hpp"

namespace davit::aws::auth {
namespace {

constexpr std::string_view k_not_yet = "not supported yet by this version";

/// The sources are asked in turn; the first that has credentials, or fails, decides.
class Chain
{
public:
  Chain(const Environment& environment, const ConfigFile& files, const ProfileChoice& profile, TimePoint now, const FetchCredentials& fetch)
      : m_environment(environment), m_files(files), m_profile(profile), m_now(now), m_fetch(fetch)
  {
    const auto found = files.profiles.find(profile.name);
    m_section = found == files.profiles.end() ? nullptr : &found->second;
  }

  ChainResult run()
  {
    if (m_profile.is_named() && m_section == nullptr) {
      return fail_at("profile", unknown_profile());
    }
    ask_environment();
    ask_role();
    ask_web_identity();
    ask_sso();
    ask_file("shared-credentials-file", true);
    ask_login();
    ask_process();
    ask_file("config-file", false);
    ask_container();
    ask_instance();
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
    return m_section == nullptr ? nullptr : find_property(*m_section, key);
  }

  /// Gets what a source promises; its failure is the chain's.
  void fetch(const std::string& source, const SourceChain& chain, std::string origin)
  {
    if (auto credentials = m_fetch(chain)) {
      use(source, std::move(*credentials), std::move(origin));
    } else {
      refuse(source, std::move(credentials).error(), std::move(origin));
    }
  }

  [[nodiscard]] Error unknown_profile() const
  {
    std::vector<std::string> names;
    for (const auto& [name, section] : m_files.profiles) {
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
    auto credentials = environment_credentials(m_environment);
    if (!credentials) {
      return refuse("env", std::move(credentials).error(), key_id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY");
    }
    if (m_profile.is_named()) {
      m_notices.push_back(fmt::format("{}={} is set, but the keys in AWS_ACCESS_KEY_ID win", m_profile.origin, m_profile.name));
    }
    use("env", std::move(*credentials), "AWS_ACCESS_KEY_ID");
  }

  void ask_role()
  {
    const std::string source = "assume-role";
    const Property* const role = property("role_arn");
    if (decided(source)) {
      return;
    }
    if (role == nullptr || property("web_identity_token_file") != nullptr) {
      return add(source, Outcome::skipped, fmt::format("profile '{}' has no role_arn of that kind", m_profile.name));
    }
    auto chain = source_chain_of(m_files, m_profile.name);
    return chain ? fetch(source, *chain, role->origin()) : refuse(source, std::move(chain).error(), role->origin());
  }

  void ask_web_identity()
  {
    const std::string source = "assume-role-with-web-identity";
    const auto token_file = m_profile.is_typed() ? std::nullopt : m_environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (decided(source)) {
      return;
    }
    if (token_file) {
      const auto role_arn = m_environment.get("AWS_ROLE_ARN");
      return role_arn ? fetch(source, {WebIdentity{*token_file, *role_arn, m_environment.get("AWS_ROLE_SESSION_NAME").value_or("")}},
                              "AWS_WEB_IDENTITY_TOKEN_FILE")
                      : refuse(source, usage_error("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not", "set both, or neither"),
                               "AWS_WEB_IDENTITY_TOKEN_FILE");
    }
    auto identity = m_section == nullptr ? std::optional<WebIdentity>{} : web_identity_of(*m_section, m_profile.name);
    if (!identity) {
      return refuse(source, std::move(identity).error(), property("web_identity_token_file")->origin());
    }
    return *identity ? fetch(source, {**identity}, property("web_identity_token_file")->origin())
                     : add(source, Outcome::skipped, fmt::format("profile '{}' has no web_identity_token_file", m_profile.name));
  }

  void ask_sso()
  {
    const std::string source = "sso";
    if (decided(source)) {
      return;
    }
    const Property* const asked = property("sso_session") != nullptr ? property("sso_session") : property("sso_start_url");
    auto role = m_section == nullptr ? std::optional<SsoRole>{} : sso_role_of(m_files, *m_section, m_profile.name);
    if (!role) {
      return refuse(source, std::move(role).error(), asked == nullptr ? "" : asked->origin());
    }
    if (!*role || (*role)->role_name.empty()) {
      return add(source, Outcome::skipped,
                 fmt::format("profile '{}' has no {}", m_profile.name, *role ? "sso_account_id and sso_role_name" : "sso_session"));
    }
    fetch(source, {**role}, asked == nullptr ? "" : asked->origin());
  }

  /// The one source that this version does not have.
  void ask_login()
  {
    const Property* const asked = property("login_session");
    if (decided("login")) {
      return;
    }
    if (asked == nullptr) {
      return add("login", Outcome::skipped, fmt::format("profile '{}' has no login_session", m_profile.name));
    }
    refuse("login",
           credentials_error(fmt::format("profile '{}' asks for login_session, which is {}", m_profile.name, k_not_yet),
                             "export keys from the AWS CLI: eval \"$(aws configure export-credentials --format env)\""),
           asked->origin());
  }

  void ask_process()
  {
    const std::string source = "custom-process";
    if (decided(source)) {
      return;
    }
    const auto process = m_section == nullptr ? std::nullopt : credential_process_of(*m_section, m_profile.name);
    return process ? fetch(source, {*process}, property("credential_process")->origin())
                   : add(source, Outcome::skipped, fmt::format("profile '{}' has no credential_process", m_profile.name));
  }

  void ask_container()
  {
    const std::string source = "container-role";
    const std::string variable = m_environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
                                                                                             : "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    if (decided(source)) {
      return;
    }
    return m_environment.get(variable) ? fetch(source, {NamedSource::container}, variable)
                                       : add(source, Outcome::skipped, fmt::format("{} is not set", variable));
  }

  /// Asked last, and without complaint: most machines are no instance, and some clouds answer at the same address.
  void ask_instance()
  {
    const std::string source = "iam-role";
    if (decided(source)) {
      return;
    }
    if (m_environment.is_true("AWS_EC2_METADATA_DISABLED")) {
      return add(source, Outcome::skipped, "AWS_EC2_METADATA_DISABLED is true");
    }
    auto credentials = m_fetch({NamedSource::instance_metadata});
    if (credentials) {
      return use(source, std::move(*credentials), "instance metadata");
    }
    const bool is_cancelled = credentials.error().kind == ErrorKind::cancelled;
    return is_cancelled ? refuse(source, std::move(credentials).error(), "instance metadata")
                        : add(source, Outcome::skipped, credentials.error().message);
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
    auto keys = keys_of(*m_section, m_profile.name);
    return keys ? use(source, std::move(**keys), any->origin()) : refuse(source, std::move(keys).error(), any->origin());
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
  const ConfigFile& m_files;
  const ProfileChoice& m_profile;
  TimePoint m_now;
  const FetchCredentials& m_fetch;
  const Section* m_section = nullptr;
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

ChainResult find_credentials(const Environment& environment, const ConfigFile& files, const ProfileChoice& profile, TimePoint now,
                             const FetchCredentials& fetch)
{
  return Chain{environment, files, profile, now, fetch}.run();
}

Result<Credentials> environment_credentials(const Environment& environment)
{
  const auto key_id = environment.get("AWS_ACCESS_KEY_ID");
  const auto secret = environment.get("AWS_SECRET_ACCESS_KEY");
  if (!key_id && !secret) {
    return fail(credentials_error("there is no key pair in the environment", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
  }
  if (!key_id || !secret) {
    const char* const missing = key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID";
    return fail(credentials_error(fmt::format("half a key pair in the environment: {} is not set", missing), "set both, or neither"));
  }
  // botocore reads the older name first.
  const auto legacy_token = environment.get("AWS_SECURITY_TOKEN");
  Credentials credentials{*key_id, *secret, legacy_token ? *legacy_token : environment.get("AWS_SESSION_TOKEN").value_or("")};
  credentials.account_id = environment.get("AWS_ACCOUNT_ID").value_or("");
  credentials.source = "the environment";
  if (const auto expiration = environment.get("AWS_CREDENTIAL_EXPIRATION")) {
    auto time = parse_time(*expiration);
    if (!time) {
      return fail(std::move(time).error().wrap("AWS_CREDENTIAL_EXPIRATION"));
    }
    credentials.expires_at = *time;
  }
  return credentials;
}

}  // namespace davit::aws::auth
