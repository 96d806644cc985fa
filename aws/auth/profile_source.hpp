// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/auth/config_file.hpp"
#include "aws/auth/credential_source.hpp"
#include "aws/core/result.hpp"

/// What a profile says about its credentials: https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
namespace davit::aws::auth {

/// A value of a profile; null when it is absent or empty.
const Property* find_property(const Section& profile, const std::string& key);

/// The key pair of a profile. Credentials error that names the missing half; nothing when there is neither.
Result<std::optional<Credentials>> keys_of(const Section& profile, const std::string& name);

/// web_identity_token_file and role_arn of a profile, nothing when the first is absent. Usage error without the second.
Result<std::optional<WebIdentity>> web_identity_of(const Section& profile, const std::string& name);

/// The sso_ properties of a profile, with those of its [sso-session]. Nothing when there is none of them. Usage error when they do not fit
/// together.
Result<std::optional<SsoRole>> sso_role_of(const ConfigFile& files, const Section& profile, const std::string& name);

std::optional<CredentialProcess> credential_process_of(const Section& profile, const std::string& name);

/// The chain of role_arn, source_profile and credential_source that begins at the profile; for a profile without role_arn its own source.
/// In a source profile keys win over its role_arn. Usage error for a loop, a missing profile, and both or neither kind of source.
Result<SourceChain> source_chain_of(const ConfigFile& files, const std::string& name);

}  // namespace davit::aws::auth
