// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aws/auth/credential_source.hpp"
#include "aws/auth/credentials.hpp"
#include "aws/core/time.hpp"

/// ~/.aws/cli/cache, in the AWS CLI's own form and under its own names, so that a session that one of the two began with an MFA code is
/// also the other's.
namespace davit::aws::auth {

/// The name, without .json, of the file for a role: SHA-1 of the call's parameters as Python writes them.
std::string cache_name(const RoleStep& role);
std::string cache_name(const SsoRole& role);

/// The kept credentials that are good for 15 minutes more; nothing when there are none or the file cannot be read.
std::optional<Credentials> find_in_cache(const std::filesystem::path& folder, const std::string& name, TimePoint now);

/// Writes them for their owner alone. One that cannot be written is done without.
void keep_in_cache(const std::filesystem::path& folder, const std::string& name, const Credentials& credentials);

}  // namespace davit::aws::auth
