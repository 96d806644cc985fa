// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace davit::aws::local::front {

/// One operation of a REST service: "POST", "/2015-03-31/functions/{FunctionName}/invocations", "Invoke".
struct RestRoute {
  std::string_view method;
  std::string_view path;
  std::string_view operation;
};

/// A route found, with its path labels decoded.
struct RestMatch {
  std::string_view operation;
  std::map<std::string, std::string> labels;
};

/// `path` as it came over the wire; a trailing slash makes no difference.
std::optional<RestMatch> match_route(std::span<const RestRoute> routes, std::string_view method, std::string_view path);

/// "a=1&b=two+words" decoded (application/x-www-form-urlencoded), in order.
std::vector<std::pair<std::string, std::string>> form_parameters(std::string_view text);

/// The first parameter of that name.
std::optional<std::string> form_parameter(std::string_view text, std::string_view name);

}  // namespace davit::aws::local::front
