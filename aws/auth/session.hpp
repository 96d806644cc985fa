// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/auth/config_file.hpp"
#include "aws/auth/credentials.hpp"
#include "aws/auth/credentials_chain.hpp"
#include "aws/auth/endpoint.hpp"
#include "aws/auth/environment.hpp"
#include "aws/auth/retry.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/http/client.hpp"

namespace davit::aws::auth {

/// Where everything of `--env local` comes from, instead of variables and files.
struct FixedTarget {
  Credentials credentials;
  std::string region;
  CustomEndpoint endpoint;
};

struct SessionSettings {
  Environment environment;       ///< empty for `--env local`
  std::string profile;           ///< --profile
  std::string region;            ///< --region
  std::string endpoint_url;      ///< --endpoint-url
  std::string project_region;    ///< region of davit.yaml
  std::string expected_account;  ///< account of davit.yaml: every write refuses on another one
  /// A named environment other than `local`: an endpoint on loopback is then refused unless --endpoint-url was typed.
  std::string environment_name;
  std::optional<FixedTarget> fixed;  ///< `--env local`
  Clock clock = system_now;
  std::function<void(std::string_view)> notice;  ///< one line a user should see once; may be empty
  /// Asks the user for a line that is not shown, such as the code of an MFA device; may be empty, or fail where nobody can be asked.
  std::function<Result<std::string>(std::string_view)> ask_hidden;
  std::function<void(std::string_view)> debug;  ///< lines about requests and answers, without secrets; empty unless --debug
};

/// A setting and where it came from.
struct Setting {
  std::string value;
  std::string origin;
};

/// What kind of endpoint is wanted.
struct EndpointChoice {
  Fips fips = Fips::no;
  DualStack dual_stack = DualStack::no;
  std::string region = {};  ///< empty: the session's
};

/// Who calls, where to, and how patiently: everything the calls of one process share. Reads configuration files on first use.
/// For one thread.
class Session
{
public:
  explicit Session(SessionSettings settings);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// From the chain; asked for anew when they end within five minutes. Credentials error when there are none.
  Result<Credentials> credentials();

  /// The chain with every step, as it was asked last: for `whoami --explain`. Usage error when a configuration file cannot be read.
  Result<ChainResult> explain_credentials();

  /// --region, AWS_REGION, AWS_DEFAULT_REGION, davit.yaml, the profile's region. Usage error that names them all when none says.
  Result<Setting> region();

  /// Where `service` (a name of the AWS CLI) is reached; FIPS and dual stack also when variables or the profile ask for them. The signing
  /// region is empty when none is known and a custom endpoint needs none.
  Result<Endpoint> endpoint(std::string_view service, const EndpointChoice& choice = {});

  /// A variable, else a property of the profile.
  Result<std::optional<Setting>> setting(const std::string& variable, const std::string& key);

  /// Where credentials that `service` hands out are kept: ~/.aws/cli/cache. Empty when they come from a custom endpoint: those are not
  /// AWS's, and the names in the cache do not tell the two apart.
  Result<std::filesystem::path> credentials_cache(std::string_view service);

  /// Both files as one; empty for `--env local`.
  Result<const ConfigFile*> config_files();
  [[nodiscard]] ProfileChoice profile() const;

  /// The account of the credentials, asked of STS once a process.
  Result<std::string> account();

  /// Refuses when davit.yaml expects another account. Asks STS on first use; nothing when no account is expected.
  Status check_account();

  [[nodiscard]] const SessionSettings& settings() const { return m_settings; }

  /// The shared connections. Usage error when the configuration that it depends on cannot be read.
  Result<http::Client*> http();
  RetryQuota& retry_quota() { return m_quota; }

  /// AWS_RETRY_MODE and the profile's retry_mode. davit knows the standard mode alone: a notice when another is asked for, once; usage
  /// error when there is none of that name.
  Status check_retry_mode();

  /// AWS_MAX_ATTEMPTS, the profile's max_attempts, else the service's default.
  Result<int> max_attempts(std::string_view service);

  /// How far a host's clock is ahead of this machine's, as its answers said.
  [[nodiscard]] std::chrono::milliseconds clock_skew(const std::string& host) const;
  void set_clock_skew(const std::string& host, std::chrono::milliseconds skew) { m_skew[host] = skew; }

private:
  Result<ChainResult> ask_chain();
  [[nodiscard]] bool should_refresh() const;
  Result<std::optional<Setting>> find_region();
  Result<std::optional<Setting>> profile_setting(const std::string& key);
  Result<std::optional<CustomEndpoint>> custom_endpoint(const ServiceModel& service);
  Result<std::optional<CustomEndpoint>> configured_endpoint(const ServiceModel& service);
  Result<bool> is_enabled(const std::string& variable, const std::string& key);
  Status check_not_mixed_up(const Endpoint& endpoint) const;

  SessionSettings m_settings;
  std::optional<Result<ConfigFile>> m_files;
  std::optional<ChainResult> m_chain;
  TimePoint m_chain_asked_at{};
  std::optional<Result<std::string>> m_account;
  std::unique_ptr<http::Client> m_http;
  RetryQuota m_quota;
  bool m_told_retry_mode = false;
  std::map<std::string, std::chrono::milliseconds> m_skew;
};

}  // namespace davit::aws::auth
