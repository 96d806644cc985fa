// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_refusal.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"

namespace davit::aws::local::gateway {
namespace {

struct Refusal {
  int status;
  int rest_status;
  const char* type;
  const char* member;
  const char* text;
};

constexpr Refusal k_refusals[] = {
    {404, 403, "MissingAuthenticationTokenException", "message", "Missing Authentication Token"},
    {401, 401, "UnauthorizedException", "message", "Unauthorized"},
    {413, 413, "RequestTooLargeException", "message", "Request Too Long"},
    {429, 429, "TooManyRequestsException", "message", "Too Many Requests"},
    {503, 504, "InternalServerErrorException", "message", "Endpoint request timed out"},
    {500, 502, "InternalServerErrorException", "message", "Internal server error"},
};

http::Response refusal(int status, const std::string& type, const std::string& member, const std::string& text)
{
  http::Response response{.status = status, .headers = {{"content-type", "application/json"}}, .body = dump_json(Json{{member, text}})};
  response.headers.add("x-amzn-errortype", type);
  return response;
}

}  // namespace

http::Response rest_refusal(int status, const std::string& error, const std::string& message)
{
  if (status == 403) {
    return refusal(403, "AccessDeniedException", "Message", error);
  }
  // An authorizer that fails is no failure of the integration.
  if (status == 500 && !error.empty()) {
    return refusal(500, "AuthorizerConfigurationException", "message", "");
  }
  const auto* found =
      std::find_if(std::begin(k_refusals), std::end(k_refusals), [&](const Refusal& each) { return each.status == status; });
  return found == std::end(k_refusals) ? refusal(status, "BadRequestException", "message", "Bad Request")
                                       : refusal(found->rest_status, found->type, found->member, message.empty() ? found->text : message);
}

}  // namespace davit::aws::local::gateway
