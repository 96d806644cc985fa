// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/auth/session.hpp"
#include "aws/core/time.hpp"
#include "aws/lambda/client.hpp"

namespace davit::commands::workflow::invoke {

/// The answer has the last 4 KB of the log, and they do not begin at START.
bool is_cut(const aws::lambda::InvokeOutput& output);

/// The whole log of an invocation whose tail was cut, from START to REPORT, read from CloudWatch Logs when its REPORT has come there.
/// `sent` is when the invocation was sent.
Result<std::string> full_log(aws::auth::Session& session, const std::string& function, const aws::lambda::InvokeOutput& output,
                             TimePoint sent);

}  // namespace davit::commands::workflow::invoke
