// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "aws/auth/sigv4.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/content_coding.hpp"
#include "aws/local/front/signature_check.hpp"

namespace davit::aws::local::front {
namespace {

constexpr std::size_t k_inflated_limit = 16 * 1024 * 1024;
constexpr std::size_t k_worth_compressing = 4096;

bool is_form(const http::Request& request)
{
  return request.headers.get("content-type").value_or("").starts_with("application/x-www-form-urlencoded");
}

bool is_health_check(const http::Request& request)
{
  const bool reads = request.method == "GET" || request.method == "HEAD";
  return reads && request.url.path == "/" && request.url.query.empty() && !request.headers.get("authorization");
}

ServiceResponse health_of(const http::Request& request)
{
  return {.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = fmt::format("healthy: {}\n", request.url.authority())};
}

/// What a browser asks before it lets a page of another origin send its request (https://fetch.spec.whatwg.org/#cors-preflight-fetch).
bool is_preflight(const http::Request& request)
{
  return request.method == "OPTIONS" && request.url.path == "/";
}

/// Every page may call, with whatever it asks for: the signature decides.
void allow_other_origins(const http::Request& request, http::Headers& headers)
{
  if (!request.headers.get("origin")) {
    return;
  }
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,x-amz-crc32,Date");
  if (!is_preflight(request)) {
    return;
  }
  headers.set("Access-Control-Max-Age", "172800");
  for (const auto& [asked, allowed] : {std::pair("access-control-request-method", "Access-Control-Allow-Methods"),
                                       std::pair("access-control-request-headers", "Access-Control-Allow-Headers")}) {
    if (auto value = request.headers.get(asked)) {
      headers.set(allowed, std::move(*value));
    }
  }
}

ServiceResponse refuse_with(Refusal refusal, Protocol protocol, std::string message)
{
  return render_fault(protocol, fault_of(refusal, protocol, std::move(message)));
}

/// Inflates the body in place. False when it cannot be read.
bool inflate_body(http::Request& request)
{
  const auto coding = request.headers.get("content-encoding");
  if (!coding || http::equals_ignoring_case(*coding, "identity")) {
    return true;
  }
  const auto known = coding_named(*coding);
  auto inflated = known ? inflate(*known, request.body, k_inflated_limit) : std::nullopt;
  if (!inflated) {
    return false;
  }
  request.body = std::move(*inflated);
  request.headers.remove("content-encoding");
  return true;
}

void add_checksum(ServiceResponse& response, const http::Request& request)
{
  const auto coding = preferred_coding(request.headers.get("accept-encoding").value_or(""));
  if (coding && response.body.size() >= k_worth_compressing) {
    response.body = deflate(*coding, response.body);
    response.headers.set("Content-Encoding", std::string(name_of(*coding)));
  }
  response.headers.set("x-amz-crc32", std::to_string(crc32(response.body)));
}

/// The operation that a request names, and the labels of its path.
std::optional<RestMatch> operation_of(const Binding& binding, const http::Request& request, std::string& named)
{
  if (binding.protocol == Protocol::rest_json || binding.protocol == Protocol::rest_xml) {
    named = request.method + " " + request.url.path;
    return match_route(binding.routes, request.method, request.url.path);
  }
  if (binding.protocol == Protocol::query) {
    named = form_parameter(is_form(request) ? request.body : request.url.query, "Action").value_or("");
    return named.empty() ? std::nullopt : std::optional(RestMatch{named, {}});
  }
  named = request.headers.get("x-amz-target").value_or("");
  if (!named.starts_with(binding.target_prefix)) {
    return std::nullopt;
  }
  named.erase(0, binding.target_prefix.size());
  return RestMatch{named, {}};
}

}  // namespace

http::Response Front::handle(const server::IncomingRequest& request) const
{
  ServiceResponse response;
  try {
    response = answer(request);
  } catch (const std::exception& e) {
    response = render_fault(guess_protocol(request.message), {"InternalFailure", e.what(), 500});
  }
  if (!response.headers.get("x-amzn-requestid")) {
    response.headers.add("x-amzn-RequestId", crypto::random_uuid());
  }
  allow_other_origins(request.message, response.headers);
  return {.status = response.status, .headers = std::move(response.headers), .body = std::move(response.body)};
}

ServiceResponse Front::answer(const server::IncomingRequest& request) const
{
  if (is_health_check(request.message)) {
    return health_of(request.message);
  }
  if (is_preflight(request.message)) {
    return {};
  }
  const Protocol protocol = guess_protocol(request.message);
  if (request.body_too_large) {
    return refuse_with(Refusal::body_too_large, protocol, "Request body is larger than 16 MB");
  }
  const auto checked = check_signature(request.message, m_credentials, m_clock());
  if (!checked) {
    return refuse_with(checked.error().refusal, protocol, checked.error().message);
  }
  if (const Binding* meant = binding_of_target(request.message); meant != nullptr && meant->signing_name != checked->service) {
    return refuse_with(Refusal::wrong_signature, protocol,
                       fmt::format("Credential should be scoped to correct service: '{}'.", meant->signing_name));
  }
  const Binding* binding = binding_of(checked->service);
  if (binding == nullptr) {
    return refuse_with(Refusal::unknown_operation, protocol, fmt::format("The local AWS does not serve {}", checked->service));
  }
  return dispatch(*binding, request.message, checked->caller);
}

ServiceResponse Front::dispatch(const Binding& binding, const http::Request& request, const Caller& caller) const
{
  std::string named;
  auto match = operation_of(binding, request, named);
  ServiceRequest call{.caller = caller, .operation = {}, .http = request, .labels = {}};
  ServiceResponse response;
  if (!match) {
    response = refuse_with(Refusal::unknown_operation, binding.protocol,
                           fmt::format("The local AWS does not serve {} {}", binding.signing_name, named));
  } else if (!inflate_body(call.http)) {
    response = refuse_with(Refusal::malformed_body, binding.protocol, "The body is not what its Content-Encoding says");
  } else {
    call.operation = match->operation;
    call.labels = std::move(match->labels);
    response = binding.service->handle(call);
  }
  if (!response.headers.get("content-type") && !response.body.empty()) {
    response.headers.set("Content-Type", std::string(content_type_of(binding.protocol)));
  }
  if (binding.sends_crc32) {
    add_checksum(response, request);
  }
  return response;
}

const Binding* Front::binding_of(std::string_view signing_name) const
{
  const auto found =
      std::find_if(m_bindings.begin(), m_bindings.end(), [&](const Binding& binding) { return binding.signing_name == signing_name; });
  return found == m_bindings.end() ? nullptr : &*found;
}

const Binding* Front::binding_of_target(const http::Request& request) const
{
  const std::string target = request.headers.get("x-amz-target").value_or("");
  const auto found = std::find_if(m_bindings.begin(), m_bindings.end(), [&](const Binding& binding) {
    return !binding.target_prefix.empty() && target.starts_with(binding.target_prefix);
  });
  return found == m_bindings.end() ? nullptr : &*found;
}

/// In which protocol to refuse a request whose service is not known for certain.
Protocol Front::guess_protocol(const http::Request& request) const
{
  if (request.headers.get("x-amz-target")) {
    const Binding* meant = binding_of_target(request);
    return meant == nullptr ? Protocol::json_1_1 : meant->protocol;
  }
  const auto presented = auth::sigv4::read_signature(request);
  const std::string service = presented && *presented ? (*presented)->service : "";
  if (const Binding* binding = binding_of(service)) {
    return binding->protocol;
  }
  if (service == "s3") {
    return Protocol::rest_xml;
  }
  return is_form(request) || form_parameter(request.url.query, "Action") ? Protocol::query : Protocol::rest_json;
}

}  // namespace davit::aws::local::front
