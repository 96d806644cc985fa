// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/exchange.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace davit::aws::local::gateway {
namespace {

std::string milliseconds(std::chrono::steady_clock::duration time)
{
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

/// "claims.sub" of a token's claims, or a member of what an authorizer's function has said.
std::string authorizer_value(const OrderedJson& authorizer, const std::string& name)
{
  constexpr std::string_view k_claims = "claims.";
  const auto kind_of = [&](const char* kind) {
    const auto found = authorizer.find(kind);
    return found != authorizer.end() && found->is_object() ? *found : OrderedJson::object();
  };
  if (!authorizer.is_object()) {
    return "";
  }
  const bool is_claim = name.starts_with(k_claims);
  const OrderedJson token = kind_of(authorizer.contains("cognito") ? "cognito" : "jwt");
  const OrderedJson known = is_claim ? token.value("claims", OrderedJson::object()) : kind_of("lambda");
  const auto found = known.find(is_claim ? name.substr(k_claims.size()) : name);
  return found == known.end() ? "" : found->is_string() ? found->get<std::string>() : found->dump();
}

std::string integration_latency(const Exchange& exchange)
{
  return exchange.integration_status.empty() ? "" : milliseconds(exchange.integration_time);
}

}  // namespace

std::string Exchange::value(const std::string& name, const http::Response& response) const
{
  using Value = std::string (*)(const Exchange&);
  static const std::map<std::string_view, Value> k_values{
      {"requestId", [](const Exchange& each) { return each.context.request_id; }},
      {"extendedRequestId", [](const Exchange& each) { return each.context.extended_request_id; }},
      {"accountId", [](const Exchange& each) { return each.api.account; }},
      {"apiId", [](const Exchange& each) { return each.api.id; }},
      {"stage", [](const Exchange& each) { return each.context.stage; }},
      {"domainName", [](const Exchange& each) { return each.url().host; }},
      {"domainPrefix", [](const Exchange& each) { return each.url().host.substr(0, each.url().host.find('.')); }},
      {"httpMethod", [](const Exchange& each) { return each.request.message.method; }},
      {"path", [](const Exchange& each) { return each.url().path; }},
      {"protocol", [](const Exchange& each) { return each.request.protocol; }},
      {"routeKey", [](const Exchange& each) { return each.context.route_key; }},
      {"responseLatency", [](const Exchange& each) { return milliseconds(std::chrono::steady_clock::now() - each.started); }},
      {"requestTime", [](const Exchange& each) { return request_time(each.context.time); }},
      {"requestTimeEpoch", [](const Exchange& each) { return std::to_string(each.context.time.time_since_epoch().count()); }},
      {"identity.sourceIp", [](const Exchange& each) { return each.request.source_ip; }},
      {"identity.userAgent", [](const Exchange& each) { return each.request.message.headers.get("user-agent").value_or(""); }},
      {"integrationStatus", [](const Exchange& each) { return each.integration_status; }},
      {"integration.status", [](const Exchange& each) { return each.integration_status; }},
      {"integration.integrationStatus", [](const Exchange& each) { return each.integration_status; }},
      {"integrationLatency", [](const Exchange& each) { return integration_latency(each); }},
      {"integration.latency", [](const Exchange& each) { return integration_latency(each); }},
      {"integrationErrorMessage", [](const Exchange& each) { return each.integration_error; }},
      {"integration.error", [](const Exchange& each) { return each.integration_error; }},
      {"authorizer.error", [](const Exchange& each) { return each.refusal.error; }},
      {"resourcePath",
       [](const Exchange& each) { return each.route == nullptr ? "" : each.route->key.substr(each.route->key.find(' ') + 1); }},
      {"resourceId", [](const Exchange& each) { return each.context.resource_id; }},
      {"error.responseType", [](const Exchange& each) { return each.response_type; }},
      {"error.message", [](const Exchange& each) { return each.error; }},
      {"error.messageString", [](const Exchange& each) { return each.error.empty() ? "" : fmt::format("\"{}\"", each.error); }},
  };
  constexpr std::string_view k_authorizer = "authorizer.";
  if (name == "status") {
    return std::to_string(response.status);
  }
  if (name == "responseLength") {
    return std::to_string(response.body.size());
  }
  const auto found = k_values.find(name);
  return found != k_values.end()          ? found->second(*this)
         : name.starts_with(k_authorizer) ? authorizer_value(context.authorizer, name.substr(k_authorizer.size()))
                                          : "";
}

}  // namespace davit::aws::local::gateway
