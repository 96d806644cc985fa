// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/auth/session.hpp"
#include "cli/context.hpp"

namespace davit::commands::workflow {

/// The log group that the function writes to: its LoggingConfig says, and where it does not, or the function is gone or may not be looked
/// at, it is /aws/lambda/NAME. Takes a name or an ARN.
Result<std::string> log_group_of_function(aws::auth::Session& session, const std::string& function);

/// The log group that a NAME on a command line means: a group when it begins with a slash or is the ARN of one, else a function as
/// find_function() finds it, else a group of that very name. Empty means the project's handler.
Result<std::string> find_log_group(cli::Context& context, const std::string& name);

}  // namespace davit::commands::workflow
