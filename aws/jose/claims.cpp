// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace davit::aws::jose {
namespace {

constexpr std::string_view k_times[] = {"exp", "nbf", "iat"};
constexpr std::string_view k_texts[] = {"iss", "sub", "jti"};

bool is_list_of_strings(const JsonSlice& value)
{
  const auto elements = elements_of(value);
  return std::all_of(elements.begin(), elements.end(), [](const JsonSlice& element) { return element.kind == JsonKind::string; });
}

void check_claim_types(const ScannedObject& claims, Findings& findings)
{
  for (const auto name : k_times) {
    const JsonSlice* value = claims.find(name);
    if (value != nullptr && (value->kind != JsonKind::number || !number_value(*value))) {
      findings.add(ReasonId::claim_type, fmt::format("the claim {} must be a finite number of seconds since 1970", name));
    }
  }
  for (const auto name : k_texts) {
    const JsonSlice* value = claims.find(name);
    if (value != nullptr && value->kind != JsonKind::string) {
      findings.add(ReasonId::claim_type, fmt::format("the claim {} must be a string", name));
    }
  }
  const JsonSlice* aud = claims.find("aud");
  if (aud != nullptr && aud->kind != JsonKind::string && (aud->kind != JsonKind::array || !is_list_of_strings(*aud))) {
    findings.add(ReasonId::claim_type, "the claim aud must be a string or a list of strings");
  }
}

std::optional<double> seconds_claim(const ScannedObject& claims, std::string_view name)
{
  const JsonSlice* value = claims.find(name);
  return value != nullptr && value->kind == JsonKind::number ? number_value(*value) : std::nullopt;
}

double to_seconds(TimePoint time)
{
  return static_cast<double>(time.time_since_epoch().count()) / 1000;
}

std::string when(const ScannedObject& claims, std::string_view name)
{
  const auto time = time_claim(claims, name);
  return time ? to_rfc3339(*time) : std::string(claims.find(name)->text.substr(0, 40));
}

void check_times(const ScannedObject& claims, double leeway_s, TimePoint now, Findings& findings)
{
  const double seconds = to_seconds(now);
  if (const auto exp = seconds_claim(claims, "exp"); exp && seconds >= *exp + leeway_s) {
    findings.add(ReasonId::expired, fmt::format("the token expired at {}; the time is {}", when(claims, "exp"), to_rfc3339(now)));
  }
  if (const auto nbf = seconds_claim(claims, "nbf"); nbf && seconds < *nbf - leeway_s) {
    findings.add(ReasonId::not_yet_valid, fmt::format("the token is valid from {}; the time is {}", when(claims, "nbf"), to_rfc3339(now)));
  }
  if (const auto iat = seconds_claim(claims, "iat"); iat && seconds < *iat - leeway_s) {
    findings.add(ReasonId::issued_in_future,
                 fmt::format("the token was issued at {}, which is later than the time, {}", when(claims, "iat"), to_rfc3339(now)));
  }
}

void check_issuer(const ScannedObject& claims, const std::string& issuer, Findings& findings)
{
  const JsonSlice* iss = claims.find("iss");
  if (iss == nullptr) {
    findings.add(ReasonId::issuer_missing, fmt::format("the token names no issuer; {} is asked for", in_quotes(issuer)));
  } else if (iss->kind == JsonKind::string && string_value(*iss) != issuer) {
    findings.add(ReasonId::issuer_mismatch,
                 fmt::format("the issuer is {}; {} is asked for", in_quotes(string_value(*iss)), in_quotes(issuer)));
  }
}

std::vector<std::string> audience_of(const JsonSlice& aud)
{
  if (aud.kind == JsonKind::string) {
    return {string_value(aud)};
  }
  std::vector<std::string> names;
  for (const JsonSlice& element : aud.kind == JsonKind::array ? elements_of(aud) : std::vector<JsonSlice>()) {
    names.push_back(element.kind == JsonKind::string ? string_value(element) : std::string());
  }
  return names;
}

std::string listed(const std::vector<std::string>& names)
{
  std::string out;
  for (const auto& name : names) {
    out += (out.empty() ? "" : ", ") + in_quotes(name);
  }
  return out.empty() ? "nobody" : out;
}

void check_audience(const ScannedObject& claims, const ClaimRules& rules, Findings& findings)
{
  const JsonSlice* aud = claims.find("aud");
  if (aud == nullptr) {
    if (!rules.audience.empty()) {
      findings.add(ReasonId::audience_missing, fmt::format("the token names no audience; {} is asked for", listed(rules.audience)));
    }
    return;
  }
  const auto names = audience_of(*aud);
  if (rules.audience.empty()) {
    if (!rules.any_audience) {
      findings.add(ReasonId::audience_not_given, fmt::format("the token is for {}; say with --audience who you are", listed(names)));
    }
  } else if (std::find_first_of(names.begin(), names.end(), rules.audience.begin(), rules.audience.end()) == names.end()) {
    findings.add(ReasonId::audience_mismatch, fmt::format("the token is for {}; {} is asked for", listed(names), listed(rules.audience)));
  }
}

}  // namespace

bool read_claims(std::string_view text, const Header& header, ScannedObject& object, Findings& findings)
{
  if (const auto problem = object.scan(text)) {
    const bool nested = header.content_type && (*header.content_type == "JWT" || *header.content_type == "jwt");
    if (nested) {
      findings.add(ReasonId::nested_token, "the payload is another token (cty JWT): check that one with the key of its own issuer");
    }
    const bool twice = problem->fault == JsonFault::duplicate_member;
    findings.add(twice ? ReasonId::claims_duplicate_member : ReasonId::claims_json,
                 fmt::format("the payload is no JSON object that can be used: {} (byte {})", problem->message, problem->offset + 1));
    return false;
  }
  check_claim_types(object, findings);
  return true;
}

void check_claims(const ScannedObject& claims, const ClaimRules& rules, TimePoint now, Findings& findings)
{
  check_times(claims, rules.leeway_s, now, findings);
  if (rules.issuer) {
    check_issuer(claims, *rules.issuer, findings);
  }
  check_audience(claims, rules, findings);
}

std::optional<TimePoint> time_claim(const ScannedObject& claims, std::string_view name)
{
  constexpr double k_first = -62135596800;  // 0001-01-01
  constexpr double k_last = 253402300799;   // 9999-12-31T23:59:59
  const auto seconds = seconds_claim(claims, name);
  if (!seconds || *seconds < k_first || *seconds > k_last) {
    return std::nullopt;
  }
  return TimePoint(std::chrono::milliseconds(std::llround(*seconds * 1000)));
}

}  // namespace davit::aws::jose
