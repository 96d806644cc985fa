// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/auth/service_model.hpp"
#include "aws/core/error.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::auth {

/// x-amzn-requestid, x-amz-request-id, or the one inside an XML answer; empty when there is none.
std::string request_id_of(const http::Response& response);

/// What a response with an error status says, however it says it: JSON or XML of any AWS protocol, the HTML of a proxy, or nothing. Without
/// a code of the service the HTTP status is the code. Never fails.
Error parse_service_error(const http::Response& response, std::string_view operation);

/// What a caller can do about an error code. Codes that fit nowhere are `failed`.
ErrorKind kind_of_code(std::string_view code, int http_status);

}  // namespace davit::aws::auth
