// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "aws/auth/credentials.hpp"

/// Where credentials can come from, as configuration says it; nothing is asked yet.
namespace davit::aws::auth {

/// The token of an identity provider, in a file, that STS exchanges for a role's credentials.
struct WebIdentity {
  std::string token_file;
  std::string role_arn;
  std::string session_name = {};  ///< empty: a generated one
};

/// A role that IAM Identity Center hands out to whoever has signed in.
struct SsoRole {
  std::string account_id;  ///< empty, with role_name, when the profile is for tokens alone
  std::string role_name;
  std::string region;
  std::string start_url;
  std::string session_name = {};  ///< the [sso-session]; empty for a profile of the older form
};

/// A program that prints credentials: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
struct CredentialProcess {
  std::string command;
  std::string profile;
  std::string account_id = {};  ///< for when the program does not say
};

/// The three values of credential_source.
enum class NamedSource { environment, container, instance_metadata };

using CredentialSource = std::variant<Credentials, NamedSource, WebIdentity, SsoRole, CredentialProcess>;

/// A role to assume with the credentials of the step before.
struct RoleStep {
  std::string role_arn;
  std::string session_name = {};  ///< empty: a generated one
  std::string external_id = {};
  std::string mfa_serial = {};
  std::optional<std::chrono::seconds> duration = std::nullopt;  ///< nothing: the role's own
};

/// The first credentials, and the roles that are assumed one after the other.
struct SourceChain {
  CredentialSource source;
  std::vector<RoleStep> roles = {};
};

}  // namespace davit::aws::auth
