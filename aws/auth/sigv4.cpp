// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/sigv4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/auth/sigv4_canonical.hpp"
#include "aws/core/encoding.hpp"
#include "aws/core/uri.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::aws::auth::sigv4 {
namespace {

constexpr std::chrono::seconds k_longest_expiry{7 * 86'400};

/// A proxy or an HTTP library may change, add or drop these; botocore and aws-c-auth leave them out too.
constexpr std::array<std::string_view, 10> k_never_signed{
    "authorization", "user-agent", "connection",      "expect",           "keep-alive", "te",
    "trailer",       "upgrade",    "x-amzn-trace-id", "transfer-encoding"};
constexpr std::array<std::string_view, 2> k_never_signed_prefixes{"proxy-", "sec-websocket-"};

/// Only the signer may set these: one that is there already would be signed twice, or not as it is sent.
constexpr std::array<std::string_view, 5> k_reserved_headers{"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
                                                             "x-amz-s3session-token"};
constexpr std::array<std::string_view, 7> k_reserved_parameters{
    "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Security-Token"};

bool is_signable(std::string_view lower_name)
{
  const bool by_prefix = std::any_of(k_never_signed_prefixes.begin(), k_never_signed_prefixes.end(),
                                     [&](std::string_view prefix) { return lower_name.starts_with(prefix); });
  return !by_prefix && std::find(k_never_signed.begin(), k_never_signed.end(), lower_name) == k_never_signed.end();
}

bool can_stand_in_scope(std::string_view text)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

Status check_options(const SigningOptions& options)
{
  if (options.region == "*" || options.region.find(',') != std::string::npos) {
    return fail(usage_error("signing for several regions (SigV4a) is not supported", "name one region"));
  }
  if (!can_stand_in_scope(options.region) || !can_stand_in_scope(options.service)) {
    return fail(usage_error(fmt::format("region '{}' and service '{}' cannot be signed for", options.region, options.service),
                            "both are names of letters, digits and hyphens, such as us-east-1 and dynamodb"));
  }
  const bool presigns = options.placement == Placement::query;
  if (presigns && (options.expires < std::chrono::seconds{1} || options.expires > k_longest_expiry)) {
    return fail(usage_error(fmt::format("a presigned request cannot expire after {} s", options.expires.count()),
                            "choose 1 to 604800 seconds (7 days)"));
  }
  return {};
}

Status check_request(const http::Request& request)
{
  for (const std::string_view name : k_reserved_headers) {
    if (request.headers.get(name)) {
      return fail(usage_error(fmt::format("the request already holds the header {}", name), "signing adds it: leave it out"));
    }
  }
  for (const auto& parameter : parameters_of(request.url.query)) {
    const std::string& name = parameter.first;
    const bool is_reserved = std::any_of(k_reserved_parameters.begin(), k_reserved_parameters.end(),
                                         [&](std::string_view reserved) { return http::equals_ignoring_case(reserved, name); });
    if (is_reserved) {
      return fail(usage_error(fmt::format("the request already holds the query parameter {}", name), "signing adds it: leave it out"));
    }
  }
  return {};
}

std::vector<std::string> names_to_sign(const CanonicalHeaders& headers)
{
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) {
    if (is_signable(name)) {
      names.push_back(name);
    }
  }
  return names;
}

/// What both placements share while one request is signed.
struct Work {
  http::Request request;
  const Credentials& credentials;
  const SigningOptions& options;
  std::string timestamp;
  Scope scope;
  std::string payload_hash;

  [[nodiscard]] bool has_token() const { return !credentials.session_token.empty(); }
  [[nodiscard]] bool signs_token() const { return has_token() && options.session_token == SessionToken::signed_; }

  [[nodiscard]] Signing sign(const std::vector<std::string>& names, const CanonicalHeaders& headers, const Parameters& parameters) const
  {
    const std::string path = canonical_path(request.url.path, options.service, options.normalize_path);
    return finish(canonical_request(request.method, path, canonical_query(parameters), headers, names, payload_hash), timestamp, scope,
                  credentials.secret_access_key);
  }
};

SignedRequest sign_in_header(Work work)
{
  auto& headers = work.request.headers;
  if (work.has_token()) {
    headers.add("X-Amz-Security-Token", work.credentials.session_token);
  }
  headers.add("X-Amz-Date", work.timestamp);
  if (work.options.content_sha256_header == ContentSha256Header::yes || work.options.service == "s3") {
    headers.add("x-amz-content-sha256", work.payload_hash);
  }
  const auto canonical = canonical_headers(work.request);
  auto names = names_to_sign(canonical);
  if (!work.signs_token()) {
    std::erase(names, "x-amz-security-token");
  }
  Signing signing = work.sign(names, canonical, parameters_of(work.request.url.query));
  headers.add("Authorization",
              fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", k_algorithm, work.credentials.access_key_id,
                          work.scope.to_string(), fmt::join(names, ";"), signing.signature));
  return {std::move(work.request), std::move(signing)};
}

SignedRequest sign_in_query(Work work)
{
  const auto canonical = canonical_headers(work.request);
  const auto names = names_to_sign(canonical);
  std::string& query = work.request.url.query;
  Parameters signed_parameters = parameters_of(query);
  const auto append = [&](std::string_view name, const std::string& value) {
    query += fmt::format("{}{}={}", query.empty() ? "" : "&", name, percent_encode(value));
    signed_parameters.emplace_back(name, value);
  };
  append("X-Amz-Algorithm", std::string(k_algorithm));
  append("X-Amz-Credential", fmt::format("{}/{}", work.credentials.access_key_id, work.scope.to_string()));
  append("X-Amz-Date", work.timestamp);
  append("X-Amz-SignedHeaders", fmt::format("{}", fmt::join(names, ";")));
  append("X-Amz-Expires", std::to_string(work.options.expires.count()));
  if (work.has_token()) {
    append("X-Amz-Security-Token", work.credentials.session_token);
    signed_parameters.resize(signed_parameters.size() - (work.signs_token() ? 0 : 1));
  }
  Signing signing = work.sign(names, canonical, signed_parameters);
  query += "&X-Amz-Signature=" + signing.signature;
  return {std::move(work.request), std::move(signing)};
}

std::string payload_hash_of(const http::Request& request, const SigningOptions& options)
{
  if (options.payload_hash) {
    return *options.payload_hash;
  }
  const bool presigned_object = options.service == "s3" && options.placement == Placement::query;
  return presigned_object ? std::string(k_unsigned_payload) : to_hex(crypto::sha256(request.body));
}

}  // namespace

Result<SignedRequest> sign(http::Request request, const Credentials& credentials, const SigningOptions& options)
{
  DAVIT_TRY(check_options(options));
  DAVIT_TRY(check_request(request));
  const std::string timestamp = to_amz_date(options.time);
  std::string payload_hash = payload_hash_of(request, options);
  Work work{.request = std::move(request),
            .credentials = credentials,
            .options = options,
            .timestamp = timestamp,
            .scope = {.date = timestamp.substr(0, 8), .region = options.region, .service = options.service},
            .payload_hash = std::move(payload_hash)};
  return options.placement == Placement::header ? sign_in_header(std::move(work)) : sign_in_query(std::move(work));
}

}  // namespace davit::aws::auth::sigv4
