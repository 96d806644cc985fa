// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/http/message.hpp"

namespace davit::commands::workflow {

/// The event that an HTTP API would make of the request (payload 2.0), with a fresh id, the time of now, and the headers that a client and
/// the gateway add: host, user-agent, content-length, x-forwarded-*, x-amzn-trace-id. Compact JSON.
std::string request_event(aws::http::Request request);

}  // namespace davit::commands::workflow
