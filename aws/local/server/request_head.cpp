// SPDX-License-Identifier: Apache-2.0
#include "aws/local/server/request_head.hpp"

#include <algorithm>
#include <charconv>

namespace davit::aws::local::server {
namespace {

constexpr std::string_view k_token_symbols = "!#$%&'*+-.^_`|~";

bool is_alphanumeric(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token(std::string_view text)
{
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return is_alphanumeric(c) || k_token_symbols.find(c) != std::string_view::npos; });
}

std::string_view trim(std::string_view text)
{
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A proxy's absolute form keeps only its path here: the Host field names the authority as well.
std::string_view origin_form(std::string_view target)
{
  const auto scheme_end = target.find("://");
  if (target.starts_with('/') || scheme_end == std::string_view::npos) {
    return target;
  }
  const auto path = target.find('/', scheme_end + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text)
{
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::string> parse_request_line(std::string_view line, http::Request& request)
{
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || last <= first + 1) {
    return std::nullopt;
  }
  const auto protocol = line.substr(last + 1);
  const auto target = origin_form(line.substr(first + 1, last - first - 1));
  const bool legible = std::none_of(target.begin(), target.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (!is_token(line.substr(0, first)) || !legible || !target.starts_with('/') || (protocol != "HTTP/1.1" && protocol != "HTTP/1.0")) {
    return std::nullopt;
  }
  const auto question = target.find('?');
  request.method = line.substr(0, first);
  request.url.path = target.substr(0, question);
  request.url.query = question == std::string_view::npos ? std::string() : std::string(target.substr(question + 1));
  return std::string(protocol);
}

bool parse_field_line(std::string_view line, http::Headers& headers)
{
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return false;
  }
  const auto value = trim(line.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; })) {
    return false;
  }
  headers.add(std::string(line.substr(0, colon)), std::string(value));
  return true;
}

bool set_authority(http::Request& request)
{
  const auto host = request.headers.get("host");
  if (!host || host->find_first_of("/?#@ ") != std::string::npos) {
    return false;
  }
  const auto colon = host->rfind(':');
  const bool has_port = colon != std::string::npos && host->find(']', colon) == std::string::npos;
  request.url.scheme = "http";
  request.url.host = host->substr(0, has_port ? colon : std::string::npos);
  request.url.port = 80;
  if (has_port) {
    const auto port = parse_number<std::uint16_t>(std::string_view(*host).substr(colon + 1));
    request.url.port = port.value_or(0);
    return port.has_value();
  }
  return true;
}

bool has_connection_option(const http::Headers& headers, std::string_view option)
{
  std::string_view rest;
  const auto field = headers.get("connection");
  for (rest = field ? std::string_view(*field) : std::string_view(); !rest.empty();) {
    const auto comma = rest.find(',');
    if (http::equals_ignoring_case(trim(rest.substr(0, comma)), option)) {
      return true;
    }
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return false;
}

std::optional<Framing> framing_of(const http::Headers& headers)
{
  Framing framing;
  std::optional<std::size_t> length;
  for (const auto& [name, value] : headers.fields()) {
    if (http::equals_ignoring_case(name, "transfer-encoding")) {
      if (!http::equals_ignoring_case(value, "chunked") || framing.chunked) {
        return std::nullopt;
      }
      framing.chunked = true;
    } else if (http::equals_ignoring_case(name, "content-length")) {
      const auto parsed = parse_number<std::size_t>(value);
      if (!parsed || (length && *length != *parsed)) {
        return std::nullopt;
      }
      length = parsed;
    }
  }
  if (framing.chunked && length) {
    return std::nullopt;
  }
  framing.length = length.value_or(0);
  return framing;
}

bool begins_with_whole_request(std::string_view bytes)
{
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos || end == 0) {
    return false;
  }
  std::size_t length = 0;
  for (std::string_view fields = bytes.substr(0, end); !fields.empty();) {
    const auto line = fields.substr(0, fields.find('\n'));
    fields.remove_prefix(std::min(line.size() + 1, fields.size()));
    const auto name = line.substr(0, line.find(':'));
    if (http::equals_ignoring_case(name, "transfer-encoding")) {
      return false;
    }
    if (http::equals_ignoring_case(name, "content-length")) {
      length = parse_number<std::size_t>(trim(line.substr(name.size() + 1, line.find('\r') - name.size() - 1))).value_or(bytes.size());
    }
  }
  return bytes.size() - end - 4 >= length;
}

}  // namespace davit::aws::local::server
