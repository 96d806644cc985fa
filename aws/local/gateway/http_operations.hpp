// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

#include "aws/local/fault.hpp"
#include "aws/local/gateway/api.hpp"

namespace davit::aws::local::gateway {

/// What an operation does on an HTTP API that is there; `labels` are what stood in its path.
struct HttpOperation {
  std::function<Answer<Json>(Api& api, const std::map<std::string, std::string>& labels, const Json& input)> run;
  bool changes = false;
};

/// By the names of https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/, all but those on the API itself.
const std::map<std::string, HttpOperation>& http_operations();

}  // namespace davit::aws::local::gateway
