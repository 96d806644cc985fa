// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/auth/credentials_document.hpp"
#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"
#include "aws/registry/location.hpp"
#include "aws/registry/patience.hpp"
#include "aws/registry/registry_error.hpp"

namespace davit::aws::registry {
namespace {

constexpr const char* k_client = "davit";

/// A registry decides where its clients send their password: never in the clear, and never to a private address that is not its own.
Result<Url> realm_of(const TokenRequest& request)
{
  auto realm = parse_url(request.challenge.parameter("realm"));
  const auto refuse = [&](std::string_view why) {
    return fail(auth::credentials_error(
        fmt::format("{} names a token server that davit does not ask: '{}' {}", request.host, request.challenge.parameter("realm"), why)));
  };
  if (!realm) {
    return refuse("is no URL");
  }
  const bool both_here = realm->is_loopback() && request.registry.is_loopback();
  if (realm->scheme != "https" && !both_here) {
    return refuse("is not https");
  }
  if (is_private_host(*realm) && !both_here && realm->host != request.registry.host) {
    return refuse("is a private address");
  }
  return realm;
}

/// What the challenge asks for, and what the caller needs beside it.
std::vector<std::string> all_scopes(const TokenRequest& request)
{
  std::vector<std::string> scopes = request.scopes;
  const std::string asked = request.challenge.parameter("scope");
  if (scopes.empty() && !asked.empty()) {
    scopes.push_back(asked);
  }
  return scopes;
}

http::Request get_request(const TokenRequest& request, Url realm)
{
  const auto add = [&realm](std::string_view name, std::string_view value) {
    realm.query += fmt::format("{}{}={}", realm.query.empty() ? "" : "&", name, percent_encode(value, ":/,"));
  };
  if (const std::string service = request.challenge.parameter("service"); !service.empty()) {
    add("service", service);
  }
  for (const auto& scope : all_scopes(request)) {
    add("scope", scope);
  }
  http::Request out{.method = "GET", .url = std::move(realm)};
  if (request.login) {
    out.headers.add("Authorization", "Basic " + to_base64(fmt::format("{}:{}", request.login->user, request.login->password.bytes())));
  }
  return out;
}

http::Request post_request(const TokenRequest& request, Url realm)
{
  std::string scopes;
  for (const auto& scope : all_scopes(request)) {
    scopes += (scopes.empty() ? "" : " ") + scope;
  }
  return {.method = "POST",
          .url = std::move(realm),
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
          .body = fmt::format("grant_type=refresh_token&client_id={}&service={}&scope={}&refresh_token={}", k_client,
                              percent_encode(request.challenge.parameter("service")), percent_encode(scopes),
                              percent_encode(request.login->password.bytes()))};
}

Result<Token> read_token(const http::Response& response, const std::string& realm)
{
  const auto document = parse_json(response.body, "the token");
  std::string value;
  if (document && document->is_object()) {
    value = text_member(*document, "token");
    value = value.empty() ? text_member(*document, "access_token") : value;
  }
  if (value.empty()) {
    return fail(auth::credentials_error(fmt::format("{} answers without a token", realm)));
  }
  Token token{.value = crypto::Secret(std::move(value))};
  if (const auto seconds = integer_member(*document, "expires_in"); seconds && *seconds > 0) {
    token.lifetime = std::chrono::seconds(std::min<std::int64_t>(*seconds, 24 * 3600));
  }
  return token;
}

}  // namespace

Result<Token> fetch_token(http::Client& client, const TokenRequest& request)
{
  DAVIT_TRY_ASSIGN(Url realm, realm_of(request));
  const std::string authority = realm.authority();
  const bool exchanges = request.login && request.login->is_identity_token;
  const http::Request sent = exchanges ? post_request(request, std::move(realm)) : get_request(request, std::move(realm));
  DAVIT_TRY_ASSIGN(const http::Response response, send_patiently(client, sent, {}).response);
  if (response.status == 200) {
    return read_token(response, authority);
  }
  Error error = error_of(response, authority, "a token for " + request.host);
  if (response.status == 401 || response.status == 403) {
    error.hint = request.login
                     ? fmt::format("the login of {} is not accepted; sign in anew: skopeo login {}", request.login->origin, request.host)
                     : fmt::format("sign in: skopeo login {0}, podman login {0} or docker login {0}", request.host);
  }
  return fail(std::move(error));
}

}  // namespace davit::aws::registry
