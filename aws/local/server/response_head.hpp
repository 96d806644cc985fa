// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/http/message.hpp"

namespace davit::aws::local::server {

/// Whether a response of that status can have a body (RFC 9110 section 6.4.1).
bool may_have_body(int status);

/// "Content-Length: 12\r\n".
std::string content_length(std::uint64_t length);

/// Status line and headers, with room behind them for the body; `framing` is the line that says where the body ends.
std::string head_of(const http::Response& response, bool keep_alive, std::string_view framing);

/// The phrase that goes with a status code (RFC 9110 section 15).
std::string_view reason_phrase(int status);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date();

}  // namespace davit::aws::local::server
