// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/local/gateway/api.hpp"

namespace davit::aws::local::gateway {

struct RouteMatch {
  const Route* route = nullptr;
  std::map<std::string, std::string> path_parameters;  ///< decoded
};

/// The most specific route: whole paths before greedy ones, fixed segments before variables, a method before ANY, $default last.
/// `path` is percent-encoded and without the stage.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
std::optional<RouteMatch> match_route(const Api& api, std::string_view method, std::string_view path);

/// Whether API Gateway would take it as a route key.
bool is_route_key(std::string_view key);

}  // namespace davit::aws::local::gateway
