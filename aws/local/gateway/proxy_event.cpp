// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/proxy_event.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/core/uri.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/rest_route.hpp"

namespace davit::aws::local::gateway {
namespace {

void join(std::map<std::string, std::string>& values, const std::string& name, const std::string& value)
{
  const auto [entry, fresh] = values.emplace(name, value);
  if (!fresh) {
    entry->second += "," + value;
  }
}

/// Lower-case names, repeated fields joined by commas; cookies go elsewhere.
std::map<std::string, std::string> event_headers(const server::IncomingRequest& request, const ProxyContext& context)
{
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : request.message.headers.fields()) {
    const std::string lower_name = lower_case(name);
    if (!is_hop_by_hop(lower_name) && lower_name != "cookie") {
      join(headers, lower_name, value);
    }
  }
  headers["content-length"] = std::to_string(request.message.body.size());
  join(headers, "x-forwarded-for", request.source_ip);
  headers["x-forwarded-port"] = std::to_string(request.message.url.port);
  headers["x-forwarded-proto"] = request.message.url.scheme;
  headers.emplace("x-amzn-trace-id", context.trace_id);
  return headers;
}

std::vector<std::string> cookies_of(const http::Headers& headers)
{
  std::vector<std::string> cookies;
  for (const auto& [name, value] : headers.fields()) {
    if (!http::equals_ignoring_case(name, "cookie")) {
      continue;
    }
    for (std::string_view rest = value; !rest.empty();) {
      const auto end = std::min(rest.find(';'), rest.size());
      cookies.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    }
  }
  return cookies;
}

std::map<std::string, std::string> query_parameters(const std::string& query)
{
  std::map<std::string, std::string> parameters;
  for (const auto& [name, value] : front::form_parameters(query)) {
    join(parameters, name, value);
  }
  return parameters;
}

OrderedJson request_context(const server::IncomingRequest& request, const ProxyContext& context, const std::string& path)
{
  const std::string& domain = request.message.url.host;
  OrderedJson document = {{"accountId", context.account_id}, {"apiId", context.api_id}};
  if (!context.authorizer.is_null()) {
    document["authorizer"] = context.authorizer;
  }
  document.update(OrderedJson{{"domainName", domain},
                              {"domainPrefix", domain.substr(0, domain.find('.'))},
                              {"http",
                               {{"method", request.message.method},
                                {"path", path},
                                {"protocol", request.protocol},
                                {"sourceIp", request.source_ip},
                                {"userAgent", request.message.headers.get("user-agent").value_or("")}}},
                              {"requestId", context.request_id},
                              {"routeKey", context.route_key},
                              {"stage", context.stage},
                              {"time", request_time(context.time)},
                              {"timeEpoch", context.time.time_since_epoch().count()}});
  return document;
}

}  // namespace

std::string lower_case(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool is_hop_by_hop(std::string_view lower_name)
{
  static constexpr std::string_view k_names[] = {"connection",        "keep-alive", "te",     "trailer",
                                                 "transfer-encoding", "upgrade",    "expect", "proxy-connection"};
  return std::find(std::begin(k_names), std::end(k_names), lower_name) != std::end(k_names);
}

bool is_text(const std::string& content_type, const std::string& body)
{
  const std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  const bool known = type.starts_with("text/") || type == "application/json" || type == "application/xml" ||
                     type == "application/javascript" || type.ends_with("+json") || type.ends_with("+xml") || type.empty();
  return known && is_utf8(body);
}

std::string request_time(TimePoint time)
{
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  return fmt::format("{:%d/%b/%Y:%H:%M:%S +0000}", fmt::gmtime(seconds));
}

std::string trace_id_of(const http::Request& request, TimePoint now)
{
  return request.headers.get("x-amzn-trace-id")
      .value_or(fmt::format("Root=1-{:08x}-{}", now.time_since_epoch().count() / 1000, to_hex(crypto::random_bytes(12))));
}

std::string proxy_event(const server::IncomingRequest& request, const ProxyContext& context)
{
  const auto& message = request.message;
  const std::string path = percent_decode(message.url.path);
  OrderedJson event = {{"version", "2.0"}, {"routeKey", context.route_key}, {"rawPath", path}, {"rawQueryString", message.url.query}};
  if (const auto cookies = cookies_of(message.headers); !cookies.empty()) {
    event["cookies"] = cookies;
  }
  event["headers"] = event_headers(request, context);
  if (const auto parameters = query_parameters(message.url.query); !parameters.empty()) {
    event["queryStringParameters"] = parameters;
  }
  event["requestContext"] = request_context(request, context, path);
  if (!context.path_parameters.empty()) {
    event["pathParameters"] = context.path_parameters;
  }
  if (!context.stage_variables.empty()) {
    event["stageVariables"] = context.stage_variables;
  }
  const bool text = is_text(message.headers.get("content-type").value_or(""), message.body);
  if (!message.body.empty()) {
    event["body"] = text ? message.body : to_base64(message.body);
  }
  event["isBase64Encoded"] = !text && !message.body.empty();
  return event.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace davit::aws::local::gateway
