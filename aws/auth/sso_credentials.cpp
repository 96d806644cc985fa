// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/sso_credentials.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/auth/credentials_cache.hpp"
#include "aws/auth/credentials_document.hpp"
#include "aws/auth/service_client.hpp"
#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json_members.hpp"
#include "aws/core/uri.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::aws::auth {
namespace {

Error sign_in_first(const SsoRole& role, std::string_view why)
{
  const std::string& session = role.session_name.empty() ? role.start_url : role.session_name;
  return credentials_error(fmt::format("the SSO session {} {}", session, why),
                           role.session_name.empty() ? "sign in: aws sso login --profile NAME"
                                                     : fmt::format("sign in: aws sso login --sso-session {}", role.session_name));
}

Result<std::string> access_token(Session& session, const SsoRole& role)
{
  const std::string& key = role.session_name.empty() ? role.start_url : role.session_name;
  const auto path = session.settings().environment.home() / ".aws/sso/cache" / (to_hex(crypto::sha1(key)) + ".json");
  const auto text = read_file(path);
  const auto document = text ? parse_json(*text, path.string()) : fail(Error{});
  const std::string token = document ? text_member(*document, "accessToken") : "";
  const auto expires_at = parse_time(document ? text_member(*document, "expiresAt") : "");
  if (token.empty() || !expires_at) {
    return fail(sign_in_first(role, "has no token"));
  }
  if (*expires_at <= session.settings().clock()) {
    return fail(sign_in_first(role, fmt::format("ended at {}", to_rfc3339(*expires_at))));
  }
  return token;
}

Result<Credentials> read_answer(const Json& answer, const SsoRole& role)
{
  const Json& inner = object_member(answer, "roleCredentials");
  Credentials out{text_member(inner, "accessKeyId"), text_member(inner, "secretAccessKey"), text_member(inner, "sessionToken")};
  const auto expires_ms = integer_member(inner, "expiration");
  if (out.access_key_id.empty() || out.secret_access_key.empty() || !expires_ms) {
    return fail(credentials_error("the answer to GetRoleCredentials holds no credentials"));
  }
  out.expires_at = TimePoint{std::chrono::milliseconds{*expires_ms}};
  out.account_id = role.account_id;
  out.source = fmt::format("SSO role {} of account {}", role.role_name, role.account_id);
  return out;
}

}  // namespace

Result<Credentials> get_sso_credentials(Session& session, const SsoRole& role)
{
  DAVIT_TRY_ASSIGN(const auto folder, session.credentials_cache("sso"));
  if (auto kept = find_in_cache(folder, cache_name(role), session.settings().clock())) {
    return std::move(*kept);
  }
  DAVIT_TRY_ASSIGN(const std::string token, access_token(session, role));
  ServiceCall call{.operation = "GetRoleCredentials", .method = "GET", .path = "/federation/credentials"};
  call.query = fmt::format("role_name={}&account_id={}", percent_encode(role.role_name), percent_encode(role.account_id));
  call.headers.add("x-amz-sso_bearer_token", token);
  auto answer = ServiceClient{session, "sso", Caller{.region = role.region}}.call_json(call);
  if (!answer && answer.error().service && answer.error().service->http_status == 401) {
    return fail(sign_in_first(role, "is not accepted any more"));
  }
  if (!answer) {
    return fail(std::move(answer).error());
  }
  DAVIT_TRY_ASSIGN(Credentials out, read_answer(*answer, role));
  keep_in_cache(folder, cache_name(role), out);
  return out;
}

}  // namespace davit::aws::auth
