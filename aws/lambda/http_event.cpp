// SPDX-License-Identifier: Apache-2.0
#include "aws/lambda/http_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "aws/core/encoding.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::lambda {
namespace {

std::string lower(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

void join(std::map<std::string, std::string>& into, const std::string& name, const std::string& value)
{
  const auto [found, is_new] = into.try_emplace(name, value);
  if (!is_new) {
    found->second += "," + value;
  }
}

std::string trim(std::string_view text)
{
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

OrderedJson cookies_of(const http::Headers& headers)
{
  OrderedJson out = OrderedJson::array();
  for (const auto& [name, value] : headers.fields()) {
    std::string_view rest = value;
    while (lower(name) == "cookie" && !rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      if (std::string cookie = trim(one); !cookie.empty()) {
        out.push_back(std::move(cookie));
      }
    }
  }
  return out;
}

std::map<std::string, std::string> headers_of(const http::Headers& headers)
{
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : headers.fields()) {
    if (const std::string key = lower(name); key != "cookie") {
      join(out, key, value);
    }
  }
  return out;
}

/// A query is form-encoded: a plus sign is a space.
std::string decode_form(std::string_view text)
{
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

std::map<std::string, std::string> query_of(std::string_view query)
{
  std::map<std::string, std::string> out;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (!pair.empty()) {
      join(out, decode_form(pair.substr(0, equals)), equals == std::string_view::npos ? "" : decode_form(pair.substr(equals + 1)));
    }
  }
  return out;
}

/// "12/Mar/2020:19:03:58 +0000"
std::string log_time(TimePoint time)
{
  constexpr std::array k_months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time) - day};
  return fmt::format("{:02}/{}/{}:{:02}:{:02}:{:02} +0000", static_cast<unsigned>(date.day()),
                     k_months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

OrderedJson request_context(const http::Request& request, const HttpEventContext& context)
{
  return {{"accountId", context.account_id},
          {"apiId", context.api_id},
          {"domainName", context.domain_name},
          {"domainPrefix", context.domain_name.substr(0, context.domain_name.find('.'))},
          {"http",
           {{"method", request.method},
            {"path", percent_decode(request.url.path)},
            {"protocol", context.protocol},
            {"sourceIp", context.source_ip},
            {"userAgent", request.headers.get("user-agent").value_or("")}}},
          {"requestId", context.request_id},
          {"routeKey", context.route_key},
          {"stage", context.stage},
          {"time", log_time(context.time)},
          {"timeEpoch", context.time.time_since_epoch().count()}};
}

/// Whatever is not known to be text travels in base64, forms too.
bool is_text(std::string_view content_type)
{
  const std::string type = lower(trim(content_type.substr(0, content_type.find(';'))));
  return type.empty() || type.starts_with("text/") || type == "application/json" || type == "application/xml" ||
         type == "application/javascript" || type.ends_with("+json") || type.ends_with("+xml");
}

void add_body(OrderedJson& event, const http::Request& request)
{
  const std::string& body = request.body;
  const bool as_it_is = is_text(request.headers.get("content-type").value_or("")) && is_utf8(body) && body.find('\0') == std::string::npos;
  if (!body.empty()) {
    event["body"] = as_it_is ? body : to_base64(body);
  }
  event["isBase64Encoded"] = !body.empty() && !as_it_is;
}

std::string text_of(const OrderedJson& value)
{
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

HttpEventAnswer malformed()
{
  HttpEventAnswer answer;
  answer.status = 500;
  answer.headers.add("content-type", "application/json");
  answer.body = R"({"message":"Internal Server Error"})";
  answer.is_malformed = true;
  return answer;
}

HttpEventAnswer inferred(const OrderedJson& payload)
{
  HttpEventAnswer answer;
  answer.headers.add("content-type", "application/json");
  answer.body = text_of(payload);
  return answer;
}

bool add_headers(const OrderedJson& payload, HttpEventAnswer& answer)
{
  const OrderedJson headers = payload.value("headers", OrderedJson::object());
  if (!headers.is_object() && !headers.is_null()) {
    return false;
  }
  for (const auto& [name, value] : headers.items()) {
    answer.headers.add(lower(name), text_of(value));
  }
  const OrderedJson cookies = payload.value("cookies", OrderedJson::array());
  for (const auto& cookie : cookies.is_array() ? cookies : OrderedJson::array()) {
    answer.headers.add("set-cookie", text_of(cookie));
  }
  return cookies.is_array() || cookies.is_null();
}

}  // namespace

OrderedJson http_event(const http::Request& request, const HttpEventContext& context)
{
  OrderedJson event = {{"version", "2.0"},
                       {"routeKey", context.route_key},
                       {"rawPath", percent_decode(request.url.path)},
                       {"rawQueryString", request.url.query}};
  if (OrderedJson cookies = cookies_of(request.headers); !cookies.empty()) {
    event["cookies"] = std::move(cookies);
  }
  event["headers"] = headers_of(request.headers);
  if (const auto query = query_of(request.url.query); !query.empty()) {
    event["queryStringParameters"] = query;
  }
  event["requestContext"] = request_context(request, context);
  add_body(event, request);
  return event;
}

HttpEventAnswer http_answer(std::string_view payload)
{
  const OrderedJson parsed = OrderedJson::parse(payload, nullptr, false);
  if (parsed.is_discarded()) {
    return malformed();
  }
  if (!parsed.is_object() || !parsed.contains("statusCode")) {
    return inferred(parsed);
  }
  HttpEventAnswer answer;
  const OrderedJson& status = parsed.at("statusCode");
  const std::string digits = text_of(status);
  const bool is_status = digits.size() == 3 && digits.find_first_not_of("0123456789") == std::string::npos && digits.front() != '0';
  if (!is_status || !add_headers(parsed, answer)) {
    return malformed();
  }
  answer.status = std::stoi(digits);
  const OrderedJson body = parsed.value("body", OrderedJson());
  const OrderedJson encoded = parsed.value("isBase64Encoded", OrderedJson(false));
  answer.body = body.is_null() ? "" : text_of(body);
  if (encoded.is_boolean() && encoded.get<bool>()) {
    const auto decoded = from_base64(answer.body);
    if (!decoded) {
      return malformed();
    }
    answer.body = *decoded;
  }
  if (!answer.headers.get("content-type") && !answer.body.empty()) {
    answer.headers.add("content-type", "text/plain;charset=UTF-8");
  }
  return answer;
}

}  // namespace davit::aws::lambda
