// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/auth/fetch_credentials.hpp"
#include "aws/auth/service_client.hpp"
#include "aws/core/file.hpp"
#include "aws/core/xml.hpp"

namespace davit::aws::auth {
namespace {

constexpr std::chrono::minutes k_refresh_before_end{5};
constexpr std::chrono::minutes k_least_between_refreshes{1};
constexpr int k_default_attempts = 3;
constexpr int k_dynamodb_attempts = 4;

std::string upper(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; });
  return out;
}

/// A file that is not there is as good as an empty one.
Result<ConfigFile> read_config_file(const std::filesystem::path& path, ConfigFileKind kind)
{
  if (path.empty() || !std::filesystem::exists(path)) {
    return ConfigFile{};
  }
  DAVIT_TRY_ASSIGN(const std::string text, read_file(path));
  return parse_config_file(text, path.string(), kind);
}

Result<ConfigFile> read_config_files(const Environment& environment)
{
  DAVIT_TRY_ASSIGN(auto config, read_config_file(environment.config_file(), ConfigFileKind::config));
  DAVIT_TRY_ASSIGN(auto credentials, read_config_file(environment.credentials_file(), ConfigFileKind::credentials));
  return merge(std::move(config), std::move(credentials));
}

}  // namespace

Session::Session(SessionSettings settings) : m_settings(std::move(settings)) {}

Session::~Session() = default;

ProfileChoice Session::profile() const
{
  return choose_profile(m_settings.environment, m_settings.profile);
}

Result<const ConfigFile*> Session::config_files()
{
  if (!m_files) {
    m_files = m_settings.fixed ? Result<ConfigFile>{ConfigFile{}} : read_config_files(m_settings.environment);
  }
  if (!*m_files) {
    return fail(m_files->error());
  }
  return &**m_files;
}

Result<std::optional<Setting>> Session::profile_setting(const std::string& key)
{
  DAVIT_TRY_ASSIGN(const ConfigFile* files, config_files());
  const auto section = files->profiles.find(profile().name);
  if (section == files->profiles.end()) {
    return std::optional<Setting>{};
  }
  const auto property = section->second.find(key);
  if (property == section->second.end() || property->second.value.empty()) {
    return std::optional<Setting>{};
  }
  return std::optional(Setting{property->second.value, fmt::format("profile '{}' ({})", section->first, property->second.origin())});
}

Result<std::optional<Setting>> Session::setting(const std::string& variable, const std::string& key)
{
  if (const auto value = m_settings.environment.get(variable)) {
    return std::optional(Setting{*value, variable});
  }
  return profile_setting(key);
}

Result<std::filesystem::path> Session::credentials_cache(std::string_view service)
{
  DAVIT_TRY_ASSIGN(const ServiceModel* model, find_service(service));
  DAVIT_TRY_ASSIGN(const auto custom, custom_endpoint(*model));
  const auto home = m_settings.environment.home();
  return custom || home.empty() ? std::filesystem::path{} : home / ".aws/cli/cache";
}

Result<ChainResult> Session::ask_chain()
{
  m_chain_asked_at = m_settings.clock();
  if (m_settings.fixed) {
    ChainStep step{"local", ChainStep::Outcome::used, "--env local uses the local AWS's own key", m_settings.fixed->endpoint.origin};
    return ChainResult{{std::move(step)}, m_settings.fixed->credentials, {}};
  }
  DAVIT_TRY_ASSIGN(const ConfigFile* files, config_files());
  return find_credentials(m_settings.environment, *files, profile(), m_settings.clock(),
                          [this](const SourceChain& chain) { return fetch_credentials(*this, chain); });
}

Result<ChainResult> Session::explain_credentials()
{
  if (!m_chain) {
    DAVIT_TRY_ASSIGN(m_chain, ask_chain());
    for (const auto& notice : m_chain->notices) {
      if (m_settings.notice) {
        m_settings.notice(notice);
      }
    }
  }
  return *m_chain;
}

/// Not more than once a minute: a source that cannot give new ones now is not asked before every request.
bool Session::should_refresh() const
{
  const TimePoint now = m_settings.clock();
  const bool ends = m_chain && m_chain->credentials && m_chain->credentials->expires_at;
  return ends && *m_chain->credentials->expires_at - now < k_refresh_before_end && now - m_chain_asked_at > k_least_between_refreshes;
}

Result<Credentials> Session::credentials()
{
  if (should_refresh()) {
    // Those at hand are used while there are no others: when they have ended, the service says so.
    if (auto fresh = ask_chain(); fresh && fresh->credentials) {
      m_chain = std::move(*fresh);
    }
  }
  if (!m_chain) {
    DAVIT_TRY(explain_credentials());
  }
  return m_chain->credentials;
}

Result<std::optional<Setting>> Session::find_region()
{
  if (!m_settings.region.empty()) {
    return std::optional(Setting{m_settings.region, "--region"});
  }
  if (m_settings.fixed) {
    return std::optional(Setting{m_settings.fixed->region, m_settings.fixed->credentials.source});
  }
  for (const char* const variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto value = m_settings.environment.get(variable)) {
      return std::optional(Setting{std::move(*value), variable});
    }
  }
  if (!m_settings.project_region.empty()) {
    return std::optional(Setting{m_settings.project_region, "davit.yaml"});
  }
  return profile_setting("region");
}

Result<Setting> Session::region()
{
  DAVIT_TRY_ASSIGN(auto found, find_region());
  if (!found) {
    return fail(usage_error("no region is known",
                            "name one by --region, AWS_REGION, AWS_DEFAULT_REGION, `region` of davit.yaml, or the profile's region"));
  }
  if (auto checked = check_region(found->value); !checked) {
    return fail(std::move(checked).error().wrap(found->origin));
  }
  return std::move(*found);
}

Result<bool> Session::is_enabled(const std::string& variable, const std::string& key)
{
  if (m_settings.environment.get(variable)) {
    return m_settings.environment.is_true(variable);
  }
  DAVIT_TRY_ASSIGN(const auto setting, profile_setting(key));
  return setting && http::equals_ignoring_case(setting->value, "true");
}

/// What variables and files say; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS switches all of it off.
Result<std::optional<CustomEndpoint>> Session::configured_endpoint(const ServiceModel& service)
{
  DAVIT_TRY_ASSIGN(const bool ignore, is_enabled("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"));
  if (ignore) {
    return std::optional<CustomEndpoint>{};
  }
  for (const std::string& variable : {"AWS_ENDPOINT_URL_" + upper(service.service_id), std::string("AWS_ENDPOINT_URL")}) {
    if (auto url = m_settings.environment.get(variable)) {
      return std::optional(CustomEndpoint{*url, variable});
    }
  }
  DAVIT_TRY_ASSIGN(const auto section_name, profile_setting("services"));
  DAVIT_TRY_ASSIGN(const ConfigFile* files, config_files());
  const auto section = section_name ? files->services.find(section_name->value) : files->services.end();
  if (section_name && section == files->services.end()) {
    return fail(usage_error(fmt::format("there is no section [services {}], which {} names", section_name->value, section_name->origin)));
  }
  if (section != files->services.end()) {
    const auto property = section->second.find(std::string(service.service_id));
    auto nested = property == section->second.end() ? std::map<std::string, std::string>{} : nested_properties(property->second);
    if (const auto url = nested.find("endpoint_url"); url != nested.end()) {
      return std::optional(CustomEndpoint{url->second, fmt::format("services '{}' ({})", section->first, property->second.origin())});
    }
  }
  DAVIT_TRY_ASSIGN(const auto setting, profile_setting("endpoint_url"));
  return setting ? std::optional(CustomEndpoint{setting->value, setting->origin}) : std::nullopt;
}

Result<std::optional<CustomEndpoint>> Session::custom_endpoint(const ServiceModel& service)
{
  if (m_settings.fixed) {
    return std::optional(m_settings.fixed->endpoint);
  }
  if (!m_settings.endpoint_url.empty()) {
    return std::optional(CustomEndpoint{m_settings.endpoint_url, "--endpoint-url"});
  }
  return configured_endpoint(service);
}

Status Session::check_not_mixed_up(const Endpoint& endpoint) const
{
  const bool may_be_local = m_settings.fixed || m_settings.environment_name.empty() || endpoint.origin == "--endpoint-url";
  if (endpoint.url.is_loopback() && !may_be_local) {
    return fail(usage_error(fmt::format("environment '{}' would go to {}, because of {}", m_settings.environment_name,
                                        endpoint.url.to_string(), endpoint.origin),
                            "unset it, use --env local, or type --endpoint-url if it is meant"));
  }
  return {};
}

Result<Endpoint> Session::endpoint(std::string_view service, const EndpointChoice& choice)
{
  DAVIT_TRY_ASSIGN(const ServiceModel* model, find_service(service));
  DAVIT_TRY_ASSIGN(const auto custom, custom_endpoint(*model));
  DAVIT_TRY_ASSIGN(const auto found_region, find_region());
  std::string in_region = choice.region;
  if (in_region.empty() && (found_region || !custom)) {
    DAVIT_TRY_ASSIGN(Setting setting, region());
    in_region = std::move(setting.value);
  }
  DAVIT_TRY_ASSIGN(const bool fips_set, is_enabled("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
  DAVIT_TRY_ASSIGN(const bool dual_stack_set, is_enabled("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"));
  DAVIT_TRY_ASSIGN(auto endpoint, resolve_endpoint(*model, in_region, fips_set ? Fips::yes : choice.fips,
                                                   dual_stack_set ? DualStack::yes : choice.dual_stack, custom));
  DAVIT_TRY(check_not_mixed_up(endpoint));
  return endpoint;
}

Result<http::Client*> Session::http()
{
  if (!m_http) {
    http::ClientSettings settings;
    DAVIT_TRY_ASSIGN(const auto bundle, setting("AWS_CA_BUNDLE", "ca_bundle"));
    settings.ca_bundle = bundle ? std::optional<std::filesystem::path>(bundle->value) : std::nullopt;
    m_http = std::make_unique<http::Client>(std::move(settings));
  }
  return m_http.get();
}

Result<int> Session::max_attempts(std::string_view service)
{
  DAVIT_TRY_ASSIGN(const auto found, setting("AWS_MAX_ATTEMPTS", "max_attempts"));
  if (!found) {
    return service.starts_with("dynamodb") ? k_dynamodb_attempts : k_default_attempts;
  }
  int count = 0;
  const std::string& text = found->value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 1) {
    return fail(usage_error(fmt::format("{}: '{}' is no number of attempts", found->origin, text), "write a whole number, 1 or more"));
  }
  return count;
}

Status Session::check_retry_mode()
{
  DAVIT_TRY_ASSIGN(const auto mode, setting("AWS_RETRY_MODE", "retry_mode"));
  if (!mode || mode->value == "standard" || m_told_retry_mode) {
    return {};
  }
  if (mode->value != "legacy" && mode->value != "adaptive") {
    return fail(usage_error(fmt::format("{}: '{}' is no retry mode", mode->origin, mode->value), "write standard"));
  }
  m_told_retry_mode = true;
  if (m_settings.notice) {
    m_settings.notice(fmt::format("{}: the retry mode {} is taken as standard", mode->origin, mode->value));
  }
  return {};
}

std::chrono::milliseconds Session::clock_skew(const std::string& host) const
{
  const auto found = m_skew.find(host);
  return found == m_skew.end() ? std::chrono::milliseconds{0} : found->second;
}

Result<std::string> Session::account()
{
  if (!m_account) {
    auto answer = ServiceClient{*this, "sts"}.call({.operation = "GetCallerIdentity"});
    if (!answer) {
      return fail(std::move(answer).error());
    }
    DAVIT_TRY_ASSIGN(const XmlElement root, parse_xml(answer->body));
    m_account = root.text_at("GetCallerIdentityResult/Account");
  }
  return *m_account;
}

Status Session::check_account()
{
  if (m_settings.expected_account.empty() || m_settings.fixed) {
    return {};
  }
  auto actual = account();
  if (!actual) {
    return fail(std::move(actual).error().wrap("checking the account before the first write"));
  }
  if (*actual != m_settings.expected_account) {
    return fail(usage_error(fmt::format("the credentials belong to account {}, but davit.yaml says {}; nothing was written", *actual,
                                        m_settings.expected_account),
                            "choose the right profile; davit whoami --explain shows where the credentials came from"));
  }
  return {};
}

}  // namespace davit::aws::auth
