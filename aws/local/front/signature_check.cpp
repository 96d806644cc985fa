// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/signature_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/local/front/rest_route.hpp"

namespace davit::aws::local::front {
namespace {

using auth::sigv4::Placement;
using auth::sigv4::PresentedSignature;
using Check = tl::expected<void, SignatureRefusal>;

constexpr std::chrono::minutes k_clock_tolerance{5};
constexpr std::chrono::seconds k_longest_lifetime{7 * 24 * 3600};  // of a presigned URL

constexpr std::string_view k_own_prefix = "x-amz-";
constexpr std::string_view k_unknown_key = "The security token included in the request is invalid.";
constexpr std::string_view k_wrong_signature =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details.";

tl::unexpected<SignatureRefusal> turn_away(Refusal refusal, std::string message)
{
  return tl::unexpected<SignatureRefusal>({refusal, std::move(message)});
}

Check check_not_expired(const PresentedSignature& presented, TimePoint signed_at, TimePoint now)
{
  const std::chrono::seconds lifetime = presented.expires.value_or(k_clock_tolerance);
  if (lifetime > k_longest_lifetime) {
    return turn_away(Refusal::wrong_signature,
                     "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
                     "less than 604800 seconds");
  }
  if (now > signed_at + lifetime) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(lifetime).count();
    return turn_away(Refusal::wrong_signature, fmt::format("Signature expired: {} is now earlier than {} ({} - {} min.)",
                                                           presented.timestamp, to_amz_date(now - lifetime), to_amz_date(now), minutes));
  }
  return {};
}

Check check_time(const PresentedSignature& presented, TimePoint now)
{
  const auto signed_at = parse_time(presented.timestamp);
  if (!signed_at) {
    return turn_away(Refusal::incomplete_signature, fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See "
                                                                "http://en.wikipedia.org/wiki/ISO_8601",
                                                                presented.timestamp));
  }
  if (*signed_at > now + k_clock_tolerance) {
    return turn_away(Refusal::wrong_signature, fmt::format("Signature not yet current: {} is still later than {} ({} + 5 min.)",
                                                           presented.timestamp, to_amz_date(now + k_clock_tolerance), to_amz_date(now)));
  }
  return check_not_expired(presented, *signed_at, now);
}

Check check_scope(const PresentedSignature& presented)
{
  const std::string_view timestamp = presented.timestamp;
  if (presented.date.size() == 8 && timestamp.substr(8).starts_with('T') && timestamp.starts_with(presented.date)) {
    return {};
  }
  const std::string day = to_amz_date(*parse_time(presented.timestamp)).substr(0, 8);
  if (presented.date != day) {
    return turn_away(
        Refusal::wrong_signature,
        fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{}'.",
                    presented.date, day, presented.timestamp));
  }
  return {};
}

std::string lower(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

Check check_signed_headers(const http::Request& request, const PresentedSignature& presented)
{
  const auto is_signed = [&](const std::string& name) {
    return std::find(presented.signed_headers.begin(), presented.signed_headers.end(), name) != presented.signed_headers.end();
  };
  if (!is_signed("host")) {
    return turn_away(Refusal::wrong_signature, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const auto& field : request.headers.fields()) {
    if (!http::equals_ignoring_case(std::string_view(field.first).substr(0, k_own_prefix.size()), k_own_prefix)) {
      continue;
    }
    const std::string name = lower(field.first);
    // A token may be appended after signing: some services ask for it.
    if (name != "x-amz-security-token" && !is_signed(name)) {
      return turn_away(Refusal::wrong_signature, fmt::format("'{}' must be a 'SignedHeader' in the AWS Authorization.", name));
    }
  }
  return {};
}

/// A client that states the hash of its body signs that statement, so it must be true as well.
Check check_body(const http::Request& request, const PresentedSignature& presented)
{
  const bool stated = !presented.content_sha256.empty() && presented.content_sha256 != "UNSIGNED-PAYLOAD";
  if (stated && presented.content_sha256 != to_hex(crypto::sha256(request.body))) {
    return turn_away(Refusal::wrong_signature, std::string(k_wrong_signature));
  }
  return {};
}

Check check_secret(const http::Request& request, const PresentedSignature& presented, const Principal& principal)
{
  const auto expected = auth::sigv4::expected_signing(request, presented, principal.secret_access_key);
  if (!crypto::equal_in_constant_time(expected.signature, presented.signature)) {
    return turn_away(Refusal::wrong_signature, std::string(k_wrong_signature));
  }
  return {};
}

Check check_all(const http::Request& request, const PresentedSignature& presented, const Principal& principal)
{
  return check_scope(presented)
      .and_then([&] { return check_signed_headers(request, presented); })
      .and_then([&] { return check_body(request, presented); })
      .and_then([&] { return check_secret(request, presented, principal); });
}

}  // namespace

tl::expected<SignedCaller, SignatureRefusal> check_signature(const http::Request& request, const CredentialStore& credentials,
                                                             TimePoint now)
{
  if (request.headers.get("authorization") && form_parameter(request.url.query, "X-Amz-Algorithm")) {
    return turn_away(Refusal::wrong_signature, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  const auto read = auth::sigv4::read_signature(request);
  if (!read) {
    return turn_away(Refusal::incomplete_signature, read.error().message);
  }
  if (!*read) {
    return turn_away(Refusal::missing_signature, "Request is missing Authentication Token");
  }
  const PresentedSignature& presented = **read;
  // The time first, as AWS does: a signature that is too old tells nothing about its key.
  if (const auto timely = check_time(presented, now); !timely) {
    return tl::unexpected(timely.error());
  }
  const auto principal = credentials.find(presented.access_key_id);
  if (!principal || !crypto::equal_in_constant_time(principal->session_token, presented.session_token)) {
    return turn_away(Refusal::unknown_key, std::string(k_unknown_key));
  }
  if (const auto checked = check_all(request, presented, *principal); !checked) {
    return tl::unexpected(checked.error());
  }
  return SignedCaller{.caller = {.account_id = principal->account_id,
                                 .region = presented.region,
                                 .access_key_id = principal->access_key_id,
                                 .arn = principal->arn,
                                 .user_id = principal->user_id},
                      .service = presented.service};
}

}  // namespace davit::aws::local::front
