// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/http/message.hpp"

namespace davit::aws::local::server {

/// "GET /path?query HTTP/1.1" (RFC 9112 section 3). Fills method, path and query; the protocol is returned, nothing when malformed.
std::optional<std::string> parse_request_line(std::string_view line, http::Request& request);

/// "Name: value" (RFC 9112 section 5). False when malformed.
bool parse_field_line(std::string_view line, http::Headers& headers);

/// Takes host and port from the Host field. False when it is missing or malformed.
bool set_authority(http::Request& request);

/// Whether the Connection field lists that option.
bool has_connection_option(const http::Headers& headers, std::string_view option);

/// How the body is framed (RFC 9112 section 6).
struct Framing {
  bool chunked = false;
  std::size_t length = 0;
};

/// Nothing when the fields contradict each other, which is how requests are smuggled.
std::optional<Framing> framing_of(const http::Headers& headers);

/// Whether a request with its body stands at the beginning. False also for what does not tell the length of its body in front.
bool begins_with_whole_request(std::string_view bytes);

}  // namespace davit::aws::local::server
