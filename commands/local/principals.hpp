// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/local/front/credential_store.hpp"

namespace davit::commands::local {

/// The key pair that is always there.
inline constexpr const char* k_default_key = "test";

/// Who may call: the default pair, and every profile with keys of an AWS credentials file (empty path: none). A profile's
/// aws_account_id is honoured; without one its resources live in `account_id`.
Result<std::vector<aws::local::Principal>> principals(const std::string& account_id, const std::filesystem::path& credentials_file);

}  // namespace davit::commands::local
