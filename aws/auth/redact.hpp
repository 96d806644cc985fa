// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/http/message.hpp"

/// Requests and answers as `--debug` shows them. What is shown is listed; whatever is not is a name and a length.
namespace davit::aws::auth {

/// Whether the operation's input holds a secret by its nature: a secret's value, a password, a token, a function's variables.
bool takes_secret(std::string_view operation);

std::string describe_request(const http::Request& request, std::string_view operation, int attempt);
std::string describe_response(const http::Response& response, std::string_view operation);

}  // namespace davit::aws::auth
