// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_refusal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/local/gateway/access_log.hpp"

namespace davit::aws::local::gateway {
namespace {

struct KnownRefusal {
  int status;
  int rest_status;
  const char* response_type;
  const char* error_type;
  const char* text;
};

constexpr KnownRefusal k_refusals[] = {
    {404, 403, "MISSING_AUTHENTICATION_TOKEN", "MissingAuthenticationTokenException", "Missing Authentication Token"},
    {401, 401, "UNAUTHORIZED", "UnauthorizedException", "Unauthorized"},
    {413, 413, "REQUEST_TOO_LARGE", "RequestTooLargeException", "Request Too Long"},
    {429, 429, "THROTTLED", "TooManyRequestsException", "Too Many Requests"},
    {503, 504, "INTEGRATION_TIMEOUT", "InternalServerErrorException", "Endpoint request timed out"},
    {500, 502, "API_CONFIGURATION_ERROR", "InternalServerErrorException", "Internal server error"},
};

constexpr std::array<std::string_view, 21> k_types{"ACCESS_DENIED",
                                                   "API_CONFIGURATION_ERROR",
                                                   "AUTHORIZER_CONFIGURATION_ERROR",
                                                   "AUTHORIZER_FAILURE",
                                                   "BAD_REQUEST_BODY",
                                                   "BAD_REQUEST_PARAMETERS",
                                                   "DEFAULT_4XX",
                                                   "DEFAULT_5XX",
                                                   "EXPIRED_TOKEN",
                                                   "INTEGRATION_FAILURE",
                                                   "INTEGRATION_TIMEOUT",
                                                   "INVALID_API_KEY",
                                                   "INVALID_SIGNATURE",
                                                   "MISSING_AUTHENTICATION_TOKEN",
                                                   "QUOTA_EXCEEDED",
                                                   "REQUEST_TOO_LARGE",
                                                   "RESOURCE_NOT_FOUND",
                                                   "THROTTLED",
                                                   "UNAUTHORIZED",
                                                   "UNSUPPORTED_MEDIA_TYPE",
                                                   "WAF_FILTERED"};
constexpr std::array<int, 21> k_statuses{403, 500, 500, 500, 400, 400, 0,   0,   403, 504, 504,
                                         403, 403, 403, 429, 413, 404, 429, 401, 415, 403};

std::string response_type_of(const std::string& code)
{
  return code == "MissingAuthenticationTokenException" ? "MISSING_AUTHENTICATION_TOKEN"
         : code == "InvalidSignatureException"         ? "INVALID_SIGNATURE"
         : code == "ExpiredTokenException"             ? "EXPIRED_TOKEN"
                                                       : "ACCESS_DENIED";
}

/// That of the type, else the default for its class; null when there is neither.
Json custom_response(const RestRefusal& refusal, const std::map<std::string, std::string>& responses)
{
  for (const std::string& type : {refusal.response_type, std::string(refusal.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX")}) {
    if (const auto found = responses.find(type); found != responses.end()) {
      return found->second.empty() ? Json::object() : Json::parse(found->second);
    }
  }
  return nullptr;
}

void add_custom_headers(const Json& custom, http::Headers& headers, const std::function<std::string(const std::string&)>& value_of)
{
  constexpr std::string_view k_header = "gatewayresponse.header.";
  constexpr std::string_view k_context = "context.";
  for (const auto& [name, value] : custom.value("responseParameters", std::map<std::string, std::string>{})) {
    const bool is_literal = value.size() >= 2 && value.front() == '\'' && value.back() == '\'';
    if (name.starts_with(k_header)) {
      headers.set(name.substr(k_header.size()), is_literal                     ? value.substr(1, value.size() - 2)
                                                : value.starts_with(k_context) ? value_of(value.substr(k_context.size()))
                                                                               : "");
    }
  }
}

}  // namespace

RestRefusal rest_refusal(int status, const AuthorizationRefusal& refusal)
{
  if (!refusal.code.empty()) {
    return {response_type_of(refusal.code), refusal.status, refusal.code, "message", refusal.message};
  }
  if (status == 403) {
    return {"ACCESS_DENIED", 403, "AccessDeniedException", "Message", refusal.error};
  }
  // An authorizer that fails is no failure of the integration.
  if (status == 500 && !refusal.error.empty()) {
    return {"AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", "message", ""};
  }
  const auto* found =
      std::find_if(std::begin(k_refusals), std::end(k_refusals), [&](const KnownRefusal& each) { return each.status == status; });
  return found == std::end(k_refusals) ? RestRefusal{"DEFAULT_4XX", status, "BadRequestException", "message", "Bad Request"}
                                       : RestRefusal{found->response_type, found->rest_status, found->error_type, "message",
                                                     refusal.message.empty() ? found->text : refusal.message};
}

http::Response refusal_answer(const RestRefusal& refusal, const std::map<std::string, std::string>& gateway_responses,
                              const std::function<std::string(const std::string&)>& value_of)
{
  http::Response response{.status = refusal.status, .headers = {{"content-type", "application/json"}}};
  response.body = dump_json(Json{{refusal.member, refusal.message}});
  response.headers.add("x-amzn-errortype", refusal.error_type);
  const Json custom = custom_response(refusal, gateway_responses);
  if (!custom.is_object()) {
    return response;
  }
  const std::string status = custom.value("statusCode", "");
  std::from_chars(status.data(), status.data() + status.size(), response.status);
  add_custom_headers(custom, response.headers, value_of);
  const auto templates = custom.value("responseTemplates", std::map<std::string, std::string>{});
  if (const auto found = templates.find("application/json"); found != templates.end()) {
    response.body = access_log_line(found->second, value_of);
  }
  return response;
}

std::span<const std::string_view> response_types()
{
  return k_types;
}

bool is_response_type(std::string_view type)
{
  return std::find(k_types.begin(), k_types.end(), type) != k_types.end();
}

int usual_status(std::string_view type)
{
  const auto found = std::find(k_types.begin(), k_types.end(), type);
  return found == k_types.end() ? 0 : k_statuses[static_cast<std::size_t>(found - k_types.begin())];
}

}  // namespace davit::aws::local::gateway
