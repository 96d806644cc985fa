// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace davit::aws::auth {

/// Where the members of a REST operation's input go: https://smithy.io/2.0/spec/http-bindings.html
struct RestOperation {
  std::string_view service;
  std::string_view name;
  std::string_view method;
  std::string_view path;          ///< "{Member}" stands for a member of the input
  std::string_view query = {};    ///< "Member", "Member:parameter" or a fixed "parameter=value", separated by commas
  std::string_view headers = {};  ///< "Member:header", separated by commas
  std::string_view payload = {};  ///< the member that is the body; without one the rest of the input is
};

/// Null when davit does not know the operation.
const RestOperation* find_rest_operation(std::string_view service, std::string_view name);

/// The operations of a service that davit knows.
std::vector<std::string> rest_operation_names(std::string_view service);

}  // namespace davit::aws::auth
