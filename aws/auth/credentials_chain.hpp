// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aws/auth/config_file.hpp"
#include "aws/auth/credential_source.hpp"
#include "aws/auth/credentials.hpp"
#include "aws/auth/environment.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"

namespace davit::aws::auth {

/// Which profile counts and how it was chosen.
struct ProfileChoice {
  std::string name = "default";
  std::string origin = "default";  ///< "--profile", "AWS_PROFILE", "AWS_DEFAULT_PROFILE" or "default"

  [[nodiscard]] bool is_typed() const { return origin == "--profile"; }
  [[nodiscard]] bool is_named() const { return origin != "default"; }
};

/// --profile, then AWS_PROFILE, then AWS_DEFAULT_PROFILE.
ProfileChoice choose_profile(const Environment& environment, const std::string& typed);

/// One source of credentials, as `whoami --explain` shows it.
struct ChainStep {
  enum class Outcome { used, skipped, failed };
  std::string source;  ///< botocore's name of it: "env", "shared-credentials-file", ...
  Outcome outcome = Outcome::skipped;
  std::string reason;
  std::string origin;  ///< the variable or file:line that decided; may be empty
};

struct ChainResult {
  std::vector<ChainStep> steps;      ///< in the order in which they were asked; those after the winner too
  Result<Credentials> credentials;   ///< credentials error when no source has any or the first that should failed
  std::vector<std::string> notices;  ///< what a user is likely to be surprised by
};

/// Gets credentials that no variable or file holds: runs a program, asks a server, assumes roles.
using FetchCredentials = std::function<Result<Credentials>(const SourceChain&)>;

/// The order of the AWS CLI v2: environment, assumed role, web identity, SSO, shared credentials file, login, process, config file,
/// container, instance metadata. A typed --profile passes over the environment; AWS_PROFILE does not. Half a pair is an error, never a
/// reason to go on.
ChainResult find_credentials(const Environment& environment, const ConfigFile& files, const ProfileChoice& profile, TimePoint now,
                             const FetchCredentials& fetch);

/// AWS_ACCESS_KEY_ID and what belongs to it. Credentials error for half a pair, and when there is none.
Result<Credentials> environment_credentials(const Environment& environment);

}  // namespace davit::aws::auth
