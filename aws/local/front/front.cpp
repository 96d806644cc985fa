// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <random>

#include "aws/auth/sigv4.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/content_coding.hpp"
#include "aws/local/front/signature_check.hpp"

namespace davit::aws::local::front {
namespace {

constexpr std::size_t k_worth_compressing = 4096;
constexpr std::string_view k_malformed = "The body is not what its Content-Encoding says";

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
  return {.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = fmt::format("healthy: {} ", request.url.authority())};
}

/// What a browser asks before it lets a page of another origin send its request (https://fetch.spec.whatwg.org/#cors-preflight-fetch).
bool is_preflight(const http::Request& request)
{
  return request.method == "OPTIONS" && request.url.path == "/" && request.headers.get("origin");
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

/// `binding` may be null: then the body is too large for every service.
ServiceResponse too_large(Protocol protocol, const Binding* binding)
{
  return refuse_with(
      Refusal::body_too_large, protocol,
      binding == nullptr ? "The request body is too large" : fmt::format("Request body is larger than {} bytes", binding->largest_body));
}

bool is_compressed(const http::Request& request)
{
  const auto coding = request.headers.get("content-encoding");
  return coding && !http::equals_ignoring_case(*coding, "identity");
}

/// Inflates the body of a compressed request in place, or says why not.
std::optional<Refusal> inflate_body(http::Request& request, std::size_t limit)
{
  const auto coding = request.headers.get("content-encoding");
  const auto known = coding_named(*coding);
  auto inflated = known ? inflate(*known, request.body, limit) : tl::unexpected(InflateError::malformed);
  if (!inflated) {
    return inflated.error() == InflateError::too_large ? Refusal::body_too_large : Refusal::malformed_body;
  }
  request.body = std::move(*inflated);
  request.headers.remove("content-encoding");
  return std::nullopt;
}

/// DynamoDB's ids: 52 digits and capital letters.
std::string dynamodb_request_id()
{
  constexpr std::string_view k_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  // Nobody must be unable to guess an id, so the kernel is asked for the seed alone.
  thread_local std::mt19937_64 random(std::hash<std::string>{}(crypto::random_bytes(32)));
  std::string id(52, '0');
  for (std::size_t i = 0; i < id.size(); i += 13) {
    std::uint64_t bits = random();
    for (std::size_t j = i; j < i + 13; ++j, bits >>= 5) {
      id[j] = k_digits[bits % 32];
    }
  }
  return id;
}

/// JSON comes back under the name by which it was sent.
void name_content_type(ServiceResponse& response, const http::Request& request)
{
  const std::string asked = request.headers.get("content-type").value_or("application/json");
  const bool is_json = response.headers.get("content-type").value_or("").starts_with("application/");
  if (is_json && http::media_type_of(asked) == "application/json") {
    response.headers.set("Content-Type", "application/json");
  }
}

void add_checksum(ServiceResponse& response, const http::Request& request)
{
  const bool is_worth_it = response.body.size() >= k_worth_compressing;
  if (const auto coding = is_worth_it ? preferred_coding(request.headers.get("accept-encoding").value_or("")) : std::nullopt) {
    response.body = deflate(*coding, response.body);
    response.headers.set("Content-Encoding", std::string(name_of(*coding)));
  }
  response.headers.set("x-amz-crc32", std::to_string(crc32(response.body)));
}

void dress_as_dynamodb(ServiceResponse& response, const http::Request& request)
{
  name_content_type(response, request);
  add_checksum(response, request);
  response.headers.set("Server", "Server");
  response.headers.set("x-amzn-RequestId", dynamodb_request_id());
}

/// In which protocol to refuse a request when the service that it means is not served.
Protocol guess_protocol(const http::Request& request)
{
  if (request.headers.get("x-amz-target")) {
    return Protocol::json_1_1;
  }
  const auto presented = auth::sigv4::read_signature(request);
  if (presented && *presented && (*presented)->service == "s3") {
    return Protocol::rest_xml;
  }
  return is_form(request) || form_parameter(request.url.query, "Action") ? Protocol::query : Protocol::rest_json;
}

ServiceResponse run(const Binding& binding, const ServiceRequest& call)
{
  ServiceResponse response = binding.service->handle(call);
  if (!response.headers.get("content-type") && !response.body.empty()) {
    response.headers.set("Content-Type", std::string(content_type_of(binding.protocol)));
  }
  return response;
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

bool Front::answers_at_once(const server::IncomingRequest& request) const
{
  constexpr std::array<std::string_view, 7> k_operations{"GetItem", "PutItem",      "UpdateItem",    "DeleteItem",
                                                         "Query",   "BatchGetItem", "BatchWriteItem"};
  const Binding* meant = binding_of_target(request.message);
  if (meant == nullptr || !meant->is_dynamodb) {
    return false;
  }
  const auto operation = std::string_view(*request.message.headers.find("x-amz-target")).substr(meant->target_prefix.size());
  return std::find(k_operations.begin(), k_operations.end(), operation) != k_operations.end();
}

server::StreamedResponse Front::handle(const server::IncomingRequest& request) const
{
  const Binding* meant = meant_by(request.message);
  ServiceResponse response;
  try {
    response = answer(request, meant);
  } catch (const std::exception& e) {
    const Protocol protocol = meant != nullptr ? meant->protocol : guess_protocol(request.message);
    response = render_fault(protocol, {"InternalFailure", e.what(), 500});
  }
  if (meant != nullptr && meant->is_dynamodb) {
    dress_as_dynamodb(response, request.message);
  }
  if (!response.headers.get("x-amzn-requestid")) {
    response.headers.add("x-amzn-RequestId", crypto::random_uuid());
  }
  allow_other_origins(request.message, response.headers);
  return {.response = {.status = response.status, .headers = std::move(response.headers), .body = std::move(response.body)},
          .source = std::move(response.source)};
}

ServiceResponse Front::answer(const server::IncomingRequest& request, const Binding* meant) const
{
  if (is_health_check(request.message)) {
    return health_of(request.message);
  }
  if (is_preflight(request.message)) {
    return {};
  }
  const Protocol protocol = meant != nullptr ? meant->protocol : guess_protocol(request.message);
  if (request.body_too_large || (meant != nullptr && request.message.body.size() > meant->largest_body)) {
    return too_large(protocol, meant);
  }
  const auto checked = check_signature(request.message, m_credentials, m_clock());
  if (!checked) {
    auto own = meant != nullptr ? meant->service->refuse_unread(request.message) : std::nullopt;
    return own ? std::move(*own) : refuse_with(checked.error().refusal, protocol, checked.error().message);
  }
  if (const Binding* named = binding_of_target(request.message); named != nullptr && named->signing_name != checked->service) {
    return refuse_with(Refusal::wrong_signature, protocol,
                       fmt::format("Credential should be scoped to correct service: '{}'.", named->signing_name));
  }
  const Binding* binding = binding_of(checked->service);
  if (binding == nullptr) {
    return refuse_with(Refusal::unknown_operation, protocol, fmt::format("The local AWS does not serve {}", checked->service));
  }
  if (request.message.body.size() > binding->largest_body) {
    return too_large(binding->protocol, binding);
  }
  return dispatch(*binding, request.message, checked->caller);
}

ServiceResponse Front::dispatch(const Binding& binding, const http::Request& request, const Caller& caller) const
{
  std::string named;
  auto match = operation_of(binding, request, named);
  if (!match) {
    auto own = binding.service->refuse_unread(request);
    return own ? std::move(*own)
               : refuse_with(Refusal::unknown_operation, binding.protocol,
                             fmt::format("The local AWS does not serve {} {}", binding.signing_name, named));
  }
  if (!is_compressed(request)) {
    return run(binding,
               {.caller = caller, .operation = std::string(match->operation), .http = request, .labels = std::move(match->labels)});
  }
  http::Request inflated = request;
  if (const auto refusal = inflate_body(inflated, binding.largest_body)) {
    return *refusal == Refusal::body_too_large ? too_large(binding.protocol, &binding)
                                               : refuse_with(*refusal, binding.protocol, std::string(k_malformed));
  }
  return run(binding, {.caller = caller, .operation = std::string(match->operation), .http = inflated, .labels = std::move(match->labels)});
}

const Binding* Front::binding_of(std::string_view signing_name) const
{
  const auto found =
      std::find_if(m_bindings.begin(), m_bindings.end(), [&](const Binding& binding) { return binding.signing_name == signing_name; });
  return found == m_bindings.end() ? nullptr : &*found;
}

const Binding* Front::binding_of_target(const http::Request& request) const
{
  const std::string* target = request.headers.find("x-amz-target");
  const auto found = std::find_if(m_bindings.begin(), m_bindings.end(), [&](const Binding& binding) {
    return target != nullptr && !binding.target_prefix.empty() && target->starts_with(binding.target_prefix);
  });
  return found == m_bindings.end() ? nullptr : &*found;
}

/// The service that a request is for, as far as it says so: by its target, or by the scope of its signature. What comes to the root without
/// a word is DynamoDB's, which answers there in its own way.
const Binding* Front::meant_by(const http::Request& request) const
{
  if (const Binding* named = binding_of_target(request)) {
    return named;
  }
  if (const auto presented = auth::sigv4::read_signature(request); presented && *presented) {
    return binding_of((*presented)->service);
  }
  if (request.url.path != "/" || is_form(request) || form_parameter(request.url.query, "Action")) {
    return nullptr;
  }
  const auto found = std::find_if(m_bindings.begin(), m_bindings.end(), [](const Binding& binding) { return binding.is_dynamodb; });
  return found == m_bindings.end() ? nullptr : &*found;
}

}  // namespace davit::aws::local::front
