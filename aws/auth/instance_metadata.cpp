// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/instance_metadata.hpp"

#include <fmt/format.h>

#include "aws/auth/credentials_document.hpp"
#include "aws/auth/metadata_request.hpp"

namespace davit::aws::auth {
namespace {

constexpr const char* k_roles = "/latest/meta-data/iam/security-credentials/";
/// The longest that the service grants.
constexpr const char* k_token_lifetime_s = "21600";
constexpr std::chrono::seconds k_metadata_patience{1};

http::Request request_to(const Url& endpoint, const char* method, const std::string& path)
{
  http::Request request{.method = method, .url = endpoint};
  const bool ends_in_slash = endpoint.path.ends_with('/');
  request.url.path = endpoint.path.substr(0, endpoint.path.size() - (ends_in_slash ? 1 : 0)) + path;
  return request;
}

Result<std::string> get(const Url& endpoint, http::Client& client, const std::string& path, const std::string& token)
{
  http::Request request = request_to(endpoint, "GET", path);
  request.headers.add("X-aws-ec2-metadata-token", token);
  return ask_metadata(client, request, 1, k_metadata_patience);
}

}  // namespace

Url instance_metadata_url(bool ipv6)
{
  return {.scheme = "http", .host = ipv6 ? "[fd00:ec2::254]" : "169.254.169.254", .port = 80};
}

Result<Credentials> get_instance_credentials(const Url& endpoint, http::Client& client)
{
  http::Request ask_token = request_to(endpoint, "PUT", "/latest/api/token");
  ask_token.headers.add("X-aws-ec2-metadata-token-ttl-seconds", k_token_lifetime_s);
  DAVIT_TRY_ASSIGN(const std::string token, ask_metadata(client, ask_token, 1, k_metadata_patience));
  DAVIT_TRY_ASSIGN(std::string role, get(endpoint, client, k_roles, token));
  role = role.substr(0, role.find_first_of("\r\n"));
  if (role.empty()) {
    return fail(not_found_error("the instance has no role"));
  }
  DAVIT_TRY_ASSIGN(const std::string body, get(endpoint, client, k_roles + percent_encode(role), token));
  return parse_credentials_document(body, "Token", fmt::format("the instance's role {}", role));
}

}  // namespace davit::aws::auth
