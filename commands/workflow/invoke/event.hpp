// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/http/message.hpp"
#include "cli/context.hpp"

namespace davit::commands::workflow::invoke {

/// What the event is made of: a file, or an HTTP request. With neither it is {}.
struct EventSource {
  std::string file;
  std::string method;
  std::string path;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;                  ///< or @FILE
  std::string token;                 ///< profile of davit.yaml
};

/// Usage error for flags that do not fit together, or a METHOD PATH that is no request.
Status check(const EventSource& source);

/// The HTTP request that METHOD PATH and its flags describe, to https://localhost.
Result<aws::http::Request> http_request(cli::Context& context, const EventSource& source);

/// The event as JSON text. Usage error for a file that is no JSON, flags that do not fit together, or a header that is none.
Result<std::string> event_payload(cli::Context& context, const EventSource& source);

/// The JSON documents of a file or of standard input ("-"), one behind the other, on a line each or not, byte for byte. Usage error for
/// what is no JSON, and when there is none.
Result<std::vector<std::string>> event_payloads(cli::Context& context, const std::string& file);

/// Where the document that `text` begins with ends: behind the bracket or quote that closes it, or before the white space that ends a
/// number or a word.
std::size_t end_of_document(std::string_view text);

/// A JSON object, or @FILE with one, for X-Amz-Client-Context. Usage error for what is none, or too long.
Result<std::string> client_context(cli::Context& context, const std::string& value);

}  // namespace davit::commands::workflow::invoke
