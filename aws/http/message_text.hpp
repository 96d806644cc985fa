// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::http {

/// An HTTP/1.1 request as text: request line, header lines, an empty line, body (RFC 9112 section 2.1). Lines may end in LF alone, the
/// target may hold raw spaces and UTF-8, and a folded header line stays part of the value. `name` is the file that an error names.
/// The scheme is taken as https. Usage error.
Result<Request> parse_request_text(std::string_view text, std::string_view name);

/// The reverse: "Name:value" lines that end in LF.
std::string to_text(const Request& request);

}  // namespace davit::aws::http
