// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "aws/core/json.hpp"
#include "aws/core/time.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::lambda {

/// What an HTTP API knows about a request beside the request itself.
struct HttpEventContext {
  std::string account_id = "123456789012";
  std::string api_id = "local";
  std::string domain_name = "localhost";
  std::string stage = "$default";
  std::string route_key = "$default";
  std::string request_id;
  std::string source_ip = "127.0.0.1";
  std::string protocol = "HTTP/1.1";
  TimePoint time{};
};

/// The event that an HTTP API hands to a Lambda proxy integration, payload format 2.0: header names in lower case, repeated ones joined
/// by commas, cookies apart, the path decoded, the query as it came, a body that is no text in base64. Parts that are absent are left out.
/// (API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".)
OrderedJson http_event(const http::Request& request, const HttpEventContext& context);

/// What the gateway makes of a function's payload (the same page): `statusCode` and its company, or, for any other valid JSON, status 200
/// with that JSON as the body.
struct HttpEventAnswer {
  int status = 200;
  http::Headers headers;
  std::string body;
  bool is_malformed = false;  ///< the payload is no JSON, or a member has the wrong type: the gateway answers 500
};
HttpEventAnswer http_answer(std::string_view payload);

}  // namespace davit::aws::lambda
