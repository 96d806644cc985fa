// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/token.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/encoding.hpp"

namespace davit::aws::jose {
namespace {

constexpr std::size_t k_longest_token = 65536;

struct MemberType {
  std::string_view name;
  JsonKind kind;
};

/// RFC 7515 section 4.1 and RFC 7797 section 3. `alg` and `crit` have reasons of their own.
constexpr MemberType k_member_types[] = {
    {"jku", JsonKind::string}, {"jwk", JsonKind::object},  {"kid", JsonKind::string},      {"x5u", JsonKind::string},
    {"x5c", JsonKind::array},  {"x5t", JsonKind::string},  {"x5t#S256", JsonKind::string}, {"typ", JsonKind::string},
    {"cty", JsonKind::string}, {"b64", JsonKind::boolean},
};

/// Names that crit must not list, because RFC 7515 and RFC 7518 define them already (RFC 7515 section 4.1.11).
constexpr std::string_view k_registered[] = {"alg",  "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty",
                                             "crit", "enc", "zip", "epk", "apu", "apv", "iv",  "tag",      "p2s", "p2c"};

std::string_view name_of_kind(JsonKind kind)
{
  constexpr std::string_view k_names[] = {"null", "true or false", "a number", "a string", "a list", "an object"};
  return k_names[static_cast<std::size_t>(kind)];
}

bool is_registered(std::string_view name)
{
  return std::find(std::begin(k_registered), std::end(k_registered), name) != std::end(k_registered);
}

bool is_none(std::string_view name)
{
  const auto lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); };
  return name.size() == 4 && std::equal(name.begin(), name.end(), "none", [&](char a, char b) { return lower(a) == b; });
}

bool is_json(std::string_view token)
{
  const auto first = token.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && token[first] == '{';
}

void refuse_parts(std::string_view token, std::size_t dots, Findings& findings)
{
  if (token.empty()) {
    findings.add(ReasonId::empty_token, "there is no token");
  } else if (is_json(token)) {
    findings.add(ReasonId::json_serialization, "it is a JWS in JSON serialization; only the compact one is verified");
  } else if (dots == 4) {
    findings.add(ReasonId::encrypted_token, "it has five parts: an encrypted token (JWE), which is not supported");
  } else {
    findings.add(ReasonId::not_three_parts,
                 fmt::format("it has {} part{}; a signed token has three, with dots between them", dots + 1, dots == 0 ? "" : "s"));
  }
}

std::string encoding_problem(std::string_view part, std::string_view text)
{
  if (text.find('=') != std::string_view::npos) {
    return fmt::format("the {} is padded with '=', which base64url of a token is not", part);
  }
  const auto bad = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
  if (bad != std::string_view::npos) {
    return fmt::format("the {} has the character {} at its byte {}, which base64url has not", part, in_quotes(text.substr(bad, 1)),
                       bad + 1);
  }
  return fmt::format("the {} is cut off or changed: {}", part,
                     text.size() % 4 == 1 ? "its length fits no base64url" : "its last character has unused bits that are not zero");
}

std::optional<std::string> decode_part(std::string_view part, std::string_view text, ReasonId id, Findings& findings)
{
  auto bytes = from_base64url(text);
  if (!bytes) {
    findings.add(id, encoding_problem(part, text));
  }
  return bytes;
}

void check_header_types(const ScannedObject& object, Findings& findings)
{
  for (const auto& [name, kind] : k_member_types) {
    const JsonSlice* value = object.find(name);
    if (value != nullptr && value->kind != kind) {
      findings.add(ReasonId::header_member_type,
                   fmt::format("the header's {} is {}; it must be {}", name, name_of_kind(value->kind), name_of_kind(kind)));
    }
  }
}

void check_critical_name(const JsonSlice& element, const ScannedObject& object, Findings& findings)
{
  if (element.kind != JsonKind::string) {
    findings.add(ReasonId::critical_malformed, "crit holds something else than names");
    return;
  }
  const std::string name = string_value(element);
  if (is_registered(name)) {
    findings.add(ReasonId::critical_malformed, fmt::format("crit names {}, which is no extension", in_quotes(name)));
  } else if (object.find(name) == nullptr) {
    findings.add(ReasonId::critical_malformed, fmt::format("crit names {}, which the header does not hold", in_quotes(name)));
  } else if (name != "b64") {
    findings.add(ReasonId::critical_unknown,
                 fmt::format("the token must not be used without knowing {}, and davit does not know it", in_quotes(name)));
  }
}

void check_critical(const ScannedObject& object, Findings& findings)
{
  const JsonSlice* critical = object.find("crit");
  if (critical == nullptr) {
    return;
  }
  const auto elements = critical->kind == JsonKind::array ? elements_of(*critical) : std::vector<JsonSlice>();
  if (elements.empty()) {
    findings.add(ReasonId::critical_malformed, "crit must be a list of at least one name");
    return;
  }
  std::vector<std::string> names;
  for (const JsonSlice& element : elements) {
    check_critical_name(element, object, findings);
    names.push_back(element.kind == JsonKind::string ? string_value(element) : std::string(element.text));
  }
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
    findings.add(ReasonId::critical_malformed, "crit names an extension twice");
  }
}

void check_encoding_extension(const ScannedObject& object, Findings& findings)
{
  const JsonSlice* b64 = object.find("b64");
  if (b64 != nullptr && b64->text == "false") {
    findings.add(ReasonId::unencoded_payload, "the payload is not encoded (b64 false, RFC 7797), which is not supported");
  }
}

void read_algorithm(const ScannedObject& object, Header& header, Findings& findings)
{
  const JsonSlice* alg = object.find("alg");
  if (alg == nullptr) {
    findings.add(ReasonId::algorithm_missing, "the header names no algorithm (alg)");
    return;
  }
  if (alg->kind != JsonKind::string) {
    findings.add(ReasonId::header_member_type, fmt::format("the header's alg is {}; it must be a string", name_of_kind(alg->kind)));
    return;
  }
  header.algorithm_name = string_value(*alg);
  header.algorithm = algorithm_named(*header.algorithm_name);
  if (is_none(*header.algorithm_name)) {
    findings.add(ReasonId::algorithm_none, fmt::format("the token says that it is not signed (alg {})", in_quotes(*header.algorithm_name)));
  } else if (!header.algorithm) {
    findings.add(ReasonId::algorithm_unsupported, fmt::format("the algorithm {} is not supported", in_quotes(*header.algorithm_name)));
  }
}

std::optional<std::string> text_of(const ScannedObject& object, std::string_view name)
{
  const JsonSlice* value = object.find(name);
  return value != nullptr && value->kind == JsonKind::string ? std::optional(string_value(*value)) : std::nullopt;
}

}  // namespace

std::optional<CompactToken> split_token(std::string_view token, Findings& findings)
{
  if (token.size() > k_longest_token) {
    findings.add(ReasonId::token_too_large, fmt::format("the token is larger than {} bytes", k_longest_token));
    return std::nullopt;
  }
  const auto dots = static_cast<std::size_t>(std::count(token.begin(), token.end(), '.'));
  if (dots != 2 || is_json(token)) {
    refuse_parts(token, dots, findings);
    return std::nullopt;
  }
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  const std::string_view payload = token.substr(first + 1, second - first - 1);
  const std::string_view signature = token.substr(second + 1);
  CompactToken parts{
      .signing_input = token.substr(0, second), .has_empty_payload = payload.empty(), .has_empty_signature = signature.empty()};
  parts.header = decode_part("header", token.substr(0, first), ReasonId::header_encoding, findings);
  parts.payload = decode_part("payload", payload, ReasonId::payload_encoding, findings);
  parts.signature = decode_part("signature", signature, ReasonId::signature_encoding, findings);
  return parts;
}

Header read_header(std::string_view text, ScannedObject& object, Findings& findings)
{
  Header header;
  if (const auto problem = object.scan(text)) {
    const bool twice = problem->fault == JsonFault::duplicate_member;
    findings.add(twice ? ReasonId::header_duplicate_member : ReasonId::header_json,
                 fmt::format("the header is no JSON object that can be used: {} (byte {})", problem->message, problem->offset + 1));
    return header;
  }
  check_header_types(object, findings);
  read_algorithm(object, header, findings);
  check_critical(object, findings);
  check_encoding_extension(object, findings);
  header.key_id = text_of(object, "kid");
  header.type = text_of(object, "typ");
  header.content_type = text_of(object, "cty");
  return header;
}

}  // namespace davit::aws::jose
