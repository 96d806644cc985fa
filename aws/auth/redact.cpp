// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace davit::aws::auth {
namespace {

constexpr std::size_t k_shown_body_bytes = 2000;

/// Not x-amz-content-sha256: the hash of a short secret's request would let its value be guessed.
constexpr std::array<std::string_view, 23> k_shown_headers{"host",
                                                           "date",
                                                           "content-type",
                                                           "content-length",
                                                           "content-encoding",
                                                           "user-agent",
                                                           "server",
                                                           "connection",
                                                           "retry-after",
                                                           "x-amz-target",
                                                           "x-amz-date",
                                                           "x-amz-crc32",
                                                           "x-amz-retry-after",
                                                           "x-amz-request-id",
                                                           "x-amz-id-2",
                                                           "x-amzn-requestid",
                                                           "x-amzn-errortype",
                                                           "x-amz-function-error",
                                                           "x-amz-invocation-type",
                                                           "x-amz-log-type",
                                                           "x-amz-executed-version",
                                                           "amz-sdk-invocation-id",
                                                           "amz-sdk-request"};

/// Neither side of these holds an item, a secret, a token or a variable of a function.
constexpr std::array<std::string_view, 9> k_shown_bodies{"GetCallerIdentity", "DescribeTable",      "ListTables",
                                                         "CreateTable",       "DeleteTable",        "UpdateTable",
                                                         "DescribeLogGroups", "DescribeLogStreams", "DescribeTimeToLive"};

template <std::size_t N>
bool contains_ignoring_case(const std::array<std::string_view, N>& list, std::string_view text)
{
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) { return http::equals_ignoring_case(entry, text); });
}

/// The key id and the names of the signed headers, without the signature.
std::string describe_authorization(std::string_view value)
{
  const std::size_t key = value.find("Credential=");
  const std::size_t slash = value.find('/', key);
  const std::size_t signature = value.find("Signature=");
  if (key == std::string_view::npos || slash == std::string_view::npos || signature == std::string_view::npos) {
    return "(not shown)";
  }
  const std::string_view id = value.substr(key + 11, slash - key - 11);
  const std::string shown = id.size() <= 8 ? std::string(id) : fmt::format("{}...{}", id.substr(0, 4), id.substr(id.size() - 4));
  return fmt::format("AWS4-HMAC-SHA256 Credential={}{}Signature=(not shown)", shown, value.substr(slash, signature - slash));
}

std::string describe_headers(const http::Headers& headers)
{
  std::string out;
  for (const auto& [name, value] : headers.fields()) {
    const bool is_authorization = http::equals_ignoring_case(name, "authorization");
    out += fmt::format("\n    {}: {}", name,
                       is_authorization                                ? describe_authorization(value)
                       : contains_ignoring_case(k_shown_headers, name) ? value
                                                                       : fmt::format("({} bytes, not shown)", value.size()));
  }
  return out;
}

std::string describe_body(std::string_view body, std::string_view operation)
{
  if (body.empty()) {
    return "";
  }
  if (!contains_ignoring_case(k_shown_bodies, operation)) {
    return fmt::format("\n    body: {} bytes, not shown", body.size());
  }
  return fmt::format("\n    {}{}", body.substr(0, k_shown_body_bytes), body.size() > k_shown_body_bytes ? "..." : "");
}

/// Parameters of a signature are left out.
std::string describe_query(std::string_view query)
{
  std::string out;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    const bool hide = pair.starts_with("X-Amz-");
    out += fmt::format("{}{}{}", out.empty() ? "?" : "&", hide ? pair.substr(0, pair.find('=')) : pair, hide ? "=(not shown)" : "");
  }
  return out;
}

}  // namespace

bool takes_secret(std::string_view operation)
{
  constexpr std::array<std::string_view, 22> k_operations{"CreateSecret",
                                                          "PutSecretValue",
                                                          "UpdateSecret",
                                                          "PutParameter",
                                                          "CreateFunction",
                                                          "UpdateFunctionConfiguration",
                                                          "AssumeRoleWithSAML",
                                                          "AssumeRoleWithWebIdentity",
                                                          "CreateToken",
                                                          "CreateLoginProfile",
                                                          "UpdateLoginProfile",
                                                          "ChangePassword",
                                                          "Encrypt",
                                                          "SignUp",
                                                          "InitiateAuth",
                                                          "RespondToAuthChallenge",
                                                          "AdminInitiateAuth",
                                                          "AdminRespondToAuthChallenge",
                                                          "AdminCreateUser",
                                                          "AdminSetUserPassword",
                                                          "ConfirmForgotPassword",
                                                          "Invoke"};
  return contains_ignoring_case(k_operations, operation);
}

std::string describe_request(const http::Request& request, std::string_view operation, int attempt)
{
  http::Request shown;
  shown.url = request.url;
  shown.url.query.clear();
  return fmt::format("> {} (attempt {}): {} {}{}{}{}", operation, attempt, request.method, shown.url.to_string(),
                     describe_query(request.url.query), describe_headers(request.headers), describe_body(request.body, operation));
}

std::string describe_response(const http::Response& response, std::string_view operation)
{
  return fmt::format("< {}: HTTP {}{}{}", operation, response.status, describe_headers(response.headers),
                     describe_body(response.body, operation));
}

}  // namespace davit::aws::auth
