// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "aws/http/message.hpp"
#include "aws/local/gateway/authorization.hpp"

/// What a REST API answers by itself: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
namespace davit::aws::local::gateway {

struct RestRefusal {
  std::string response_type;  ///< "UNAUTHORIZED"
  int status = 500;
  std::string error_type;  ///< x-amzn-errortype
  std::string member;      ///< of the body
  std::string message;
};

/// Where an HTTP API would refuse with that status; `refusal` is the authorizer's, without an error when it was not that.
RestRefusal rest_refusal(int status, const AuthorizationRefusal& refusal);

/// The answer, as the API's gateway responses want it: that of the type, else DEFAULT_4XX or DEFAULT_5XX, else AWS's own. `value_of` knows
/// the variables of $context.
http::Response refusal_answer(const RestRefusal& refusal, const std::map<std::string, std::string>& gateway_responses,
                              const std::function<std::string(const std::string&)>& value_of);

std::span<const std::string_view> response_types();
bool is_response_type(std::string_view type);
/// 0 for the defaults, which keep the status that there is.
int usual_status(std::string_view type);

}  // namespace davit::aws::local::gateway
