// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/auth/credential_source.hpp"
#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// The words of a command line: split at white space, with POSIX quotes and backslashes, and nothing expanded. Usage error for an open
/// quote.
Result<std::vector<std::string>> split_command(std::string_view command);

/// Runs the program of credential_process, without a shell, and reads what it prints. Its standard error is the user's, its input is empty,
/// and it may take two minutes. `chain` is the value of _AWS_CLI_PROFILE_CHAIN, by which the AWS CLI too notices programs that call
/// themselves. Credentials error.
Result<Credentials> run_credential_process(const CredentialProcess& process, const std::string& chain);

}  // namespace davit::aws::auth
