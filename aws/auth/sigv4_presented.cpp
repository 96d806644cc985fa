// SPDX-License-Identifier: Apache-2.0
// The server's side: reading the signature of a received request, and computing the one that it should have.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "aws/auth/sigv4.hpp"
#include "aws/auth/sigv4_canonical.hpp"
#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::aws::auth::sigv4 {
namespace {

constexpr std::string_view k_signature_version = "AWS4-";

Error incomplete(std::string message)
{
  return failed_error(std::move(message));
}

/// Splits "KEYID/20150830/us-east-1/service/aws4_request"; the key id may hold slashes, the rest may not.
bool read_credential(std::string_view credential, PresentedSignature& out)
{
  std::array<std::string, 4> scope;
  for (std::size_t i = scope.size(); i-- > 0;) {
    const std::size_t slash = credential.rfind('/');
    if (slash == std::string_view::npos) {
      return false;
    }
    scope[i] = credential.substr(slash + 1);
    credential = credential.substr(0, slash);
  }
  out.access_key_id = credential;
  out.date = scope[0];
  out.region = scope[1];
  out.service = scope[2];
  return !credential.empty() && scope[3] == "aws4_request";
}

std::vector<std::string> split_names(std::string_view names)
{
  std::vector<std::string> out;
  for_each_part(names, ';', [&](std::string_view name) { out.emplace_back(name); });
  return out;
}

std::string header_or_empty(const http::Request& request, std::string_view name)
{
  const std::string* value = request.headers.find(name);
  return value == nullptr ? std::string() : canonical_value(*value);
}

using AuthorizationParts = std::map<std::string_view, std::string_view>;

/// What follows the algorithm: "Credential=..., SignedHeaders=..., Signature=...", divided by commas, spaces or both.
AuthorizationParts authorization_parts(std::string_view authorization)
{
  AuthorizationParts parts;
  const std::size_t space = authorization.find(' ');
  const auto list = space == std::string_view::npos ? std::string_view() : authorization.substr(space);
  for_each_part(list, ',', [&](std::string_view group) {
    for_each_part(group, ' ', [&](std::string_view part) {
      const std::size_t equals = part.find('=');
      if (equals != std::string_view::npos) {
        parts.insert_or_assign(part.substr(0, equals), part.substr(equals + 1));
      }
    });
  });
  return parts;
}

Result<PresentedSignature> read_authorization_header(const http::Request& request, std::string_view authorization)
{
  auto parts = authorization_parts(authorization);
  PresentedSignature out;
  const std::string* amz_date = request.headers.find("x-amz-date");
  out.timestamp = amz_date != nullptr ? canonical_value(*amz_date) : header_or_empty(request, "date");
  std::string missing;
  for (const char* const required : {"Credential", "Signature", "SignedHeaders"}) {
    missing += parts.contains(required) ? "" : fmt::format("Authorization header requires '{}' parameter. ", required);
  }
  if (out.timestamp.empty()) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    return fail(
        incomplete(fmt::format("{}Authorization={}", missing, authorization.starts_with(k_algorithm) ? k_algorithm : authorization)));
  }
  if (!read_credential(parts["Credential"], out)) {
    return fail(incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"));
  }
  out.signature = parts["Signature"];
  out.signed_headers = split_names(parts["SignedHeaders"]);
  out.session_token = header_or_empty(request, "x-amz-security-token");
  out.content_sha256 = header_or_empty(request, "x-amz-content-sha256");
  return out;
}

Result<PresentedSignature> read_presigned_query(const std::map<std::string, std::string>& parameters)
{
  std::string missing;
  for (const char* const required : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    const auto found = parameters.find(required);
    const bool is_there = found != parameters.end() && !found->second.empty();
    missing += is_there ? "" : fmt::format("AWS query-string parameters must include '{}'. ", required);
  }
  if (!missing.empty()) {
    return fail(incomplete(missing + "Re-examine the query-string parameters."));
  }
  PresentedSignature out{.placement = Placement::query};
  if (!read_credential(parameters.at("X-Amz-Credential"), out)) {
    return fail(incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"));
  }
  out.signature = parameters.at("X-Amz-Signature");
  out.timestamp = parameters.at("X-Amz-Date");
  out.signed_headers = split_names(parameters.at("X-Amz-SignedHeaders"));
  if (const auto token = parameters.find("X-Amz-Security-Token"); token != parameters.end()) {
    out.session_token = token->second;
  }
  if (const auto expires = parameters.find("X-Amz-Expires"); expires != parameters.end()) {
    const std::string& text = expires->second;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0) {
      return fail(incomplete("X-Amz-Expires should be a number"));
    }
    out.expires = std::chrono::seconds{seconds};
  }
  return out;
}

}  // namespace

Result<std::optional<PresentedSignature>> read_signature(const http::Request& request)
{
  const std::string authorization = header_or_empty(request, "authorization");
  if (authorization.starts_with(k_signature_version)) {
    return read_authorization_header(request, authorization).map([](PresentedSignature&& p) { return std::optional(std::move(p)); });
  }
  std::map<std::string, std::string> parameters;
  for (auto& [name, value] : parameters_of(request.url.query)) {
    parameters.insert_or_assign(name, value);
  }
  if (authorization.empty() && parameters.contains("X-Amz-Algorithm")) {
    return read_presigned_query(parameters).map([](PresentedSignature&& p) { return std::optional(std::move(p)); });
  }
  return std::optional<PresentedSignature>{};
}

Signing expected_signing(const http::Request& request, const PresentedSignature& presented, std::string_view secret_access_key)
{
  Parameters parameters = parameters_of(request.url.query);
  std::erase_if(parameters, [](const auto& parameter) { return parameter.first == "X-Amz-Signature"; });
  const bool is_unsigned_object =
      presented.service == "s3" && (presented.placement == Placement::query || presented.content_sha256 == k_unsigned_payload);
  const std::string payload_hash = is_unsigned_object ? std::string(k_unsigned_payload) : to_hex(crypto::sha256(request.body));
  const std::string path = canonical_path(request.url.path, presented.service, NormalizePath::yes);
  return finish(canonical_request(request.method, path, canonical_query(parameters), canonical_headers(request), presented.signed_headers,
                                  payload_hash),
                presented.timestamp, {.date = presented.date, .region = presented.region, .service = presented.service}, secret_access_key);
}

}  // namespace davit::aws::auth::sigv4
