// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/attempt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "aws/auth/service_error.hpp"
#include "aws/http/content.hpp"

namespace davit::aws::auth {
namespace {

constexpr std::size_t k_max_inflated_bytes = 128U << 20U;
constexpr std::chrono::minutes k_longest_exchange_to_trust{5};

void add_json_protocol(http::Request& request, const ServiceModel& service, const ServiceCall& call)
{
  request.headers.add("Content-Type", service.protocol == Protocol::json_1_0 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1");
  request.headers.add("X-Amz-Target", fmt::format("{}.{}", service.target_prefix, call.operation));
  request.body = call.body;
}

void add_query_protocol(http::Request& request, const ServiceModel& service, const ServiceCall& call)
{
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = fmt::format("Action={}&Version={}{}{}", call.operation, service.api_version, call.body.empty() ? "" : "&", call.body);
}

void add_rest_protocol(http::Request& request, const ServiceCall& call)
{
  const std::string base = request.url.path.ends_with('/') ? request.url.path.substr(0, request.url.path.size() - 1) : request.url.path;
  request.method = call.method;
  request.url.path = base + call.path;
  request.url.query = call.query;
  request.body = call.body;
  if (!call.body.empty() && !call.headers.get("content-type")) {
    request.headers.add("Content-Type", "application/json");
  }
}

/// The name of the first thing wrong with the bytes, if any.
Status check_crc32(const http::Response& response)
{
  const auto expected = response.headers.get("x-amz-crc32");
  // RFC 9110 section 15.3.5: a 204 has no body, whatever body its sender had in mind.
  if (!expected || response.status == 204 || *expected == std::to_string(http::crc32(response.body))) {
    return {};
  }
  return fail(Error{.kind = ErrorKind::unavailable, .message = "the answer arrived damaged: its x-amz-crc32 does not fit"});
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list)
{
  return std::find(list.begin(), list.end(), text) != list.end();
}

Verdict judge_failure(http::TransferResult result, const ServiceCall& call)
{
  using http::Failure;
  const bool may_pass = result.failure == Failure::connect || result.failure == Failure::timeout || result.failure == Failure::connection;
  const bool was_sent_once = call.retry == Retry::never_once_it_was_sent && result.bytes_left;
  Error error = std::move(result.response).error();
  if (was_sent_once) {
    error.hint = fmt::format("{} may have run: it is not sent again by itself", call.operation);
  }
  return {.outcome = fail(std::move(error)), .retry = may_pass && !was_sent_once ? RetryReason::transient : RetryReason::none};
}

Verdict judge_response(http::Response response, const ServiceCall& call)
{
  const bool once = call.retry == Retry::never_once_it_was_sent;
  if (auto whole = check_crc32(response).and_then([&] { return http::inflate_body(response, k_max_inflated_bytes); }); !whole) {
    return {.outcome = fail(std::move(whole).error()), .retry = once ? RetryReason::none : RetryReason::transient};
  }
  if (response.status >= 200 && response.status < 300) {
    return {.outcome = Answer{.response = std::move(response)}};
  }
  Error error = parse_service_error(response, call.operation);
  const std::string code = error.service->code;
  const RetryReason reason = once ? RetryReason::none : retry_reason(code, response.status);
  return {.outcome = Answer{.response = std::move(response), .failure = std::move(error)},
          .retry = reason,
          .clock_is_suspect = !once && is_one_of(code, {"InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"}),
          .clock_is_wrong = !once && is_one_of(code, {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})};
}

/// RFC 9110 section 5.6.7, the preferred form alone.
std::optional<TimePoint> parse_http_date(const std::string& text)
{
  std::tm fields{};
  const char* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields);
  if (end == nullptr || *end != '\0') {
    return std::nullopt;
  }
  return TimePoint{std::chrono::seconds{::timegm(&fields)}};
}

}  // namespace

http::Request build_request(const ServiceModel& service, const Endpoint& endpoint, const ServiceCall& call)
{
  http::Request request;
  request.method = "POST";
  request.url = endpoint.url;
  switch (service.protocol) {
    case Protocol::json_1_0:
    case Protocol::json_1_1:
      add_json_protocol(request, service, call);
      break;
    case Protocol::query:
      add_query_protocol(request, service, call);
      break;
    case Protocol::rest_json:
    case Protocol::rest_xml:
      add_rest_protocol(request, call);
      break;
  }
  for (const auto& [name, value] : call.headers.fields()) {
    request.headers.set(name, value);
  }
  request.headers.add("User-Agent", "davit");
  return request;
}

Verdict judge(http::TransferResult result, const ServiceCall& call)
{
  return result.response ? judge_response(std::move(*result.response), call) : judge_failure(std::move(result), call);
}

std::optional<std::chrono::milliseconds> clock_skew_of(const http::TransferResult& result)
{
  if (!result.response || result.response->headers.get("age") || result.finished - result.started > k_longest_exchange_to_trust) {
    return std::nullopt;
  }
  const auto date = parse_http_date(result.response->headers.get("date").value_or(""));
  return date ? std::optional(*date - (result.started + (result.finished - result.started) / 2)) : std::nullopt;
}

}  // namespace davit::aws::auth
