// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "aws/core/result.hpp"
#include "aws/http/client.hpp"

namespace davit::aws::auth {

/// The body of a metadata service's answer with status 200, at most 64 KiB. Never through a proxy. Not found error for 404, unavailable
/// error without an answer, credentials error for any other status; what the answer says is not shown.
Result<std::string> ask_metadata(http::Client& client, const http::Request& request, int attempts, std::chrono::milliseconds patience);

}  // namespace davit::aws::auth
