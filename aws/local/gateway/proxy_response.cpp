// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/local/gateway/proxy_event.hpp"

namespace davit::aws::local::gateway {
namespace {

std::optional<int> status_of(const Json& value)
{
  int status = 0;
  if (value.is_number_integer()) {
    status = value.get<int>();
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    std::from_chars(text.data(), text.data() + text.size(), status);
  }
  return status >= 200 && status <= 599 ? std::optional(status) : std::nullopt;
}

/// Header values are texts, numbers or truth values.
std::optional<std::string> text_of(const Json& value)
{
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    // A line break would start a header of the function's choosing.
    return text.find_first_of("\r\n") == std::string::npos ? std::optional(text) : std::nullopt;
  }
  return value.is_number() || value.is_boolean() ? std::optional(value.dump()) : std::nullopt;
}

bool is_set_by_server(std::string_view name)
{
  for (const char* each : {"connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade"}) {
    if (http::equals_ignoring_case(name, each)) {
      return true;
    }
  }
  return false;
}

bool add_headers(const Json& answer, http::Headers& headers)
{
  const Json& given = answer.contains("headers") && !answer["headers"].is_null() ? answer["headers"] : Json::object();
  if (!given.is_object()) {
    return false;
  }
  for (const auto& [name, value] : given.items()) {
    const auto text = text_of(value);
    if (!text) {
      return false;
    }
    if (!is_set_by_server(name)) {
      headers.add(name, *text);
    }
  }
  return true;
}

/// Of payload format 1.0: every value of a name, in place of the one that `headers` may have.
bool add_multiple_headers(const Json& answer, http::Headers& headers)
{
  const Json& given =
      answer.contains("multiValueHeaders") && !answer["multiValueHeaders"].is_null() ? answer["multiValueHeaders"] : Json::object();
  if (!given.is_object()) {
    return false;
  }
  for (const auto& [name, values] : given.items()) {
    if (!values.is_array()) {
      return false;
    }
    headers.remove(name);
    for (const auto& value : values) {
      const auto text = text_of(value);
      if (!text) {
        return false;
      }
      if (!is_set_by_server(name)) {
        headers.add(name, *text);
      }
    }
  }
  return true;
}

bool add_cookies(const Json& answer, http::Headers& headers)
{
  const Json& given = answer.contains("cookies") && !answer["cookies"].is_null() ? answer["cookies"] : Json::array();
  if (!given.is_array()) {
    return false;
  }
  for (const auto& cookie : given) {
    const auto text = text_of(cookie);
    if (!text) {
      return false;
    }
    headers.add("set-cookie", *text);
  }
  return true;
}

std::optional<std::string> body_of(const Json& answer)
{
  if (!answer.contains("body") || answer["body"].is_null()) {
    return std::string();
  }
  if (!answer["body"].is_string()) {
    return std::nullopt;
  }
  const auto& body = answer["body"].get_ref<const std::string&>();
  const Json encoded = answer.value("isBase64Encoded", Json(false));
  return encoded == true ? from_base64(body) : std::optional(body);
}

/// A function that names no status code has answered with the body itself.
http::Response inferred(const Json& answer, const std::string& text)
{
  return {.status = 200, .headers = {{"content-type", "application/json"}}, .body = answer.is_string() ? answer.get<std::string>() : text};
}

}  // namespace

std::optional<http::Response> proxy_response(const std::string& text, std::string_view payload_format)
{
  const Json answer = Json::parse(text, nullptr, false);
  if (answer.is_discarded()) {
    return std::nullopt;
  }
  const bool is_old = payload_format != "2.0";
  if (!answer.is_object() || !answer.contains("statusCode")) {
    return is_old ? std::nullopt : std::optional(inferred(answer, text));
  }
  const auto status = status_of(answer["statusCode"]);
  auto body = body_of(answer);
  http::Response response;
  if (!status || !body || !add_headers(answer, response.headers) ||
      !(is_old ? add_multiple_headers(answer, response.headers) : add_cookies(answer, response.headers))) {
    return std::nullopt;
  }
  response.status = *status;
  response.body = std::move(*body);
  if (!response.headers.get("content-type") && !response.body.empty()) {
    response.headers.add("content-type", "text/plain;charset=UTF-8");
  }
  return response;
}

std::optional<http::Response> prelude_response(const std::string& text)
{
  Json prelude = Json::parse(text, nullptr, false);
  if (!prelude.is_object()) {
    return std::nullopt;
  }
  prelude.emplace("statusCode", 200);
  prelude.erase("body");
  auto response = proxy_response(dump_json(prelude));
  if (response && !response->headers.get("content-type")) {
    response->headers.add("content-type", "application/octet-stream");
  }
  return response;
}

}  // namespace davit::aws::local::gateway
