// SPDX-License-Identifier: Apache-2.0
#include "aws/core/uri.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "aws/core/encoding.hpp"

namespace davit {
namespace {

bool is_unreserved(unsigned char c)
{
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == '~';
}

std::uint16_t default_port(std::string_view scheme)
{
  return scheme == "https" ? 443 : 80;
}

std::string lower(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// 127.0.0.0/8 and 0.0.0.0, which Linux takes to this machine too, in every spelling that the resolver reads: "127.1", "0x7f000001".
bool is_loopback_v4(const std::string& host)
{
  in_addr address{};
  const bool is_address = !host.empty() && ::inet_aton(host.c_str(), &address) == 1;
  const std::uint32_t number = ntohl(address.s_addr);
  return is_address && ((number >> 24) == 127 || number == 0);
}

bool is_loopback_v6(const std::string& host)
{
  in6_addr address{};
  if (!host.starts_with('[') || ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &address) != 1) {
    return false;
  }
  const bool is_mapped_loopback = IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) || is_mapped_loopback;
}

/// Splits "host:port" or "[v6]:port". False when the port is no number from 1 to 65535.
bool split_authority(std::string_view authority, Url& url)
{
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = lower(authority.substr(0, colon));
  url.port = default_port(url.scheme);
  if (colon == std::string_view::npos) {
    return !url.host.empty();
  }
  const std::string_view digits = authority.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  return error == std::errc{} && end == digits.data() + digits.size() && url.port != 0 && !url.host.empty();
}

}  // namespace

std::string percent_encode(std::string_view text, std::string_view keep)
{
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(byte) || keep.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += k_digits[byte >> 4];
      out += k_digits[byte & 15];
    }
  }
  return out;
}

std::string percent_decode(std::string_view text)
{
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto decoded = text[i] == '%' && i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    out += decoded ? decoded->front() : text[i];
    i += decoded ? 2 : 0;
  }
  return out;
}

std::string Url::authority() const
{
  return port == default_port(scheme) ? host : fmt::format("{}:{}", host, port);
}

std::string Url::to_string() const
{
  return fmt::format("{}://{}{}{}{}", scheme, authority(), path, query.empty() ? "" : "?", query);
}

bool Url::is_loopback() const
{
  const std::string_view name = std::string_view(host).substr(0, host.size() - (host.ends_with('.') ? 1 : 0));
  return name == "localhost" || name.ends_with(".localhost") || is_loopback_v4(host) || is_loopback_v6(host);
}

Result<Url> parse_url(std::string_view text)
{
  const auto refuse = [&](std::string_view why) {
    return fail(usage_error(fmt::format("'{}' is no usable URL: {}", text, why), "write it as https://HOST[:PORT][/PATH]"));
  };
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7F; })) {
    return refuse("it holds white space or control characters");
  }
  Url url;
  const std::size_t scheme_end = text.find("://");
  url.scheme = lower(text.substr(0, scheme_end));
  if (scheme_end == std::string_view::npos || (url.scheme != "http" && url.scheme != "https")) {
    return refuse("it does not begin with http:// or https://");
  }
  text.remove_prefix(scheme_end + 3);
  text = text.substr(0, text.find('#'));
  const std::size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, authority_end);
  if (authority.find('@') != std::string_view::npos) {
    return refuse("it holds a user name");
  }
  if (!split_authority(authority, url)) {
    return refuse("host or port is missing or wrong");
  }
  text.remove_prefix(authority_end);
  const std::size_t question = text.find('?');
  url.path = text.empty() || text.front() == '?' ? "/" : std::string(text.substr(0, question));
  url.query = question == std::string_view::npos ? "" : std::string(text.substr(question + 1));
  return url;
}

}  // namespace davit
