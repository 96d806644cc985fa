// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/sso_credentials.hpp"

#include <fmt/format.h>

#include <filesystem>
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

constexpr std::chrono::minutes k_sso_refresh_before_end{15};

Error sign_in_first(const SsoRole& role, std::string_view why)
{
  const std::string& session = role.session_name.empty() ? role.start_url : role.session_name;
  return credentials_error(fmt::format("the SSO session {} {}", session, why),
                           role.session_name.empty() ? "sign in: aws sso login --profile NAME"
                                                     : fmt::format("sign in: aws sso login --sso-session {}", role.session_name));
}

/// What `aws sso login` left: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html
struct TokenFile {
  std::filesystem::path path;
  Json content;

  [[nodiscard]] std::string text(const char* member) const { return text_member(content, member); }

  /// Nothing when the time is absent or none.
  [[nodiscard]] std::optional<TimePoint> time(const char* member) const
  {
    std::string written = text(member);
    if (written.ends_with("UTC")) {
      // As versions of the AWS CLI before 2.9 wrote it.
      written.replace(written.size() - 3, 3, "Z");
    }
    const auto time = parse_time(written);
    return time ? std::optional(*time) : std::nullopt;
  }
};

TokenFile read_token_file(Session& session, const SsoRole& role)
{
  const std::string& key = role.session_name.empty() ? role.start_url : role.session_name;
  const auto path = session.settings().environment.home() / ".aws/sso/cache" / (to_hex(crypto::sha1(key)) + ".json");
  const auto text = read_file(path);
  auto content = text ? parse_json(*text, path.string()) : fail(Error{});
  return {path, content && content->is_object() ? std::move(*content) : Json::object()};
}

/// Whether the token can be exchanged for a newer one, and it is time to. Tokens of the older form of profile cannot.
bool should_refresh(const TokenFile& file, const SsoRole& role, TimePoint now)
{
  const bool can = !role.session_name.empty() && !file.text("refreshToken").empty() && !file.text("clientId").empty() &&
                   file.time("registrationExpiresAt").value_or(TimePoint{}) > now;
  return can && file.time("expiresAt").value_or(TimePoint{}) - now < k_sso_refresh_before_end;
}

/// Puts the newer token in the place of the old one, for the AWS CLI too: a refresh token is good for one exchange.
/// https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
Status refresh(Session& session, const SsoRole& role, TokenFile& file)
{
  const Json input = {{"grantType", "refresh_token"},
                      {"clientId", file.text("clientId")},
                      {"clientSecret", file.text("clientSecret")},
                      {"refreshToken", file.text("refreshToken")}};
  const ServiceCall call{.operation = "CreateToken", .body = dump_json(input), .path = "/token"};
  ServiceClient client{session, "sso-oidc", Caller{.region = role.region}};
  DAVIT_TRY_ASSIGN(const Json answer, client.call_json(call));
  const auto lifetime_s = integer_member(answer, "expiresIn");
  if (text_member(answer, "accessToken").empty() || !lifetime_s) {
    return fail(credentials_error("the answer to CreateToken holds no token"));
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(session.settings().clock());
  file.content["accessToken"] = text_member(answer, "accessToken");
  file.content["expiresAt"] = to_rfc3339(now + std::chrono::seconds{*lifetime_s});
  if (const std::string next = text_member(answer, "refreshToken"); !next.empty()) {
    file.content["refreshToken"] = next;
  }
  return write_file(file.path, dump_json(file.content), Access::owner_only);
}

Result<std::string> access_token(Session& session, const SsoRole& role)
{
  const TimePoint now = session.settings().clock();
  TokenFile file = read_token_file(session, role);
  const auto expires_at = file.time("expiresAt");
  if (file.text("accessToken").empty() || !expires_at) {
    return fail(sign_in_first(role, "has no token"));
  }
  const bool was_refreshed = should_refresh(file, role, now) && refresh(session, role, file);
  if (!was_refreshed && *expires_at <= now) {
    return fail(sign_in_first(role, fmt::format("ended at {}", to_rfc3339(*expires_at))));
  }
  return file.text("accessToken");
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
