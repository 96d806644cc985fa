// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/auth/credentials.hpp"
#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// Credentials as a program, a container's or an instance's metadata service writes them: AccessKeyId, SecretAccessKey, the token under
/// `token_member`, Expiration, AccountId. `from` names who wrote it. Credentials error that shows nothing of the text.
Result<Credentials> parse_credentials_document(std::string_view text, const char* token_member, const std::string& from);

Error credentials_error(std::string message, std::string hint = {});

}  // namespace davit::aws::auth
