// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/authorization.hpp"

#include "aws/local/front/rest_route.hpp"

namespace davit::aws::local::gateway {
namespace {

std::string context_value(const std::string& name, const server::IncomingRequest& request, const ProxyContext& context)
{
  if (name == "identity.sourceIp") {
    return request.source_ip;
  }
  if (name == "httpMethod") {
    return request.message.method;
  }
  if (name == "routeKey") {
    return context.route_key;
  }
  return name == "path" ? request.message.url.path : name == "stage" ? context.stage : "";
}

std::string source_value(const std::string& source, const server::IncomingRequest& request, const ProxyContext& context)
{
  const auto behind = [&](std::string_view prefix) {
    return source.starts_with(prefix) ? std::optional(source.substr(prefix.size())) : std::nullopt;
  };
  if (const auto name = behind("$request.header.")) {
    return request.message.headers.get(*name).value_or("");
  }
  if (const auto name = behind("$request.querystring.")) {
    return front::form_parameter(request.message.url.query, *name).value_or("");
  }
  if (const auto name = behind("$stageVariables.")) {
    const auto found = context.stage_variables.find(*name);
    return found == context.stage_variables.end() ? "" : found->second;
  }
  const auto name = behind("$context.");
  return name ? context_value(*name, request, context) : "";
}

}  // namespace

std::optional<std::vector<std::string>> identity_of(const std::vector<std::string>& sources, const server::IncomingRequest& request,
                                                    const ProxyContext& context)
{
  std::vector<std::string> values;
  for (const auto& source : sources) {
    values.push_back(source_value(source, request, context));
    if (values.back().empty()) {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace davit::aws::local::gateway
