// SPDX-License-Identifier: Apache-2.0
// The rules about URLs: routes, origins, issuers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "aws/core/spelling.hpp"
#include "cli/config/rules.hpp"

namespace davit::cli::config {
namespace {

using Finding = std::optional<Complaint>;

constexpr std::string_view k_route_methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY"};
constexpr std::string_view k_name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
/// RFC 3986 section 3.3, without the percent sign: API Gateway matches decoded paths.
constexpr std::string_view k_path_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@";

Complaint method_complaint(std::string_view method)
{
  const auto near = nearest(method, std::vector<std::string>(std::begin(k_route_methods), std::end(k_route_methods)));
  return {.message = fmt::format("\"{}\" is no method of a route", method),
          .hint = near ? fmt::format("did you mean {}?", *near) : fmt::format("one of {}", fmt::join(k_route_methods, ", "))};
}

/// One segment of a path: literal, {name}, or {name+} at the end.
Finding check_segment(std::string_view segment, bool last, std::set<std::string>& names)
{
  if (!segment.starts_with('{')) {
    const bool ok = !segment.empty() && segment.find_first_not_of(k_path_characters) == std::string_view::npos;
    return ok ? std::nullopt : Finding({.message = fmt::format("\"{}\" cannot stand between two slashes of a route", segment), .hint = {}});
  }
  const bool greedy = segment.ends_with("+}");
  const std::size_t tail = greedy ? 3 : 2;
  const std::string_view name = segment.ends_with('}') && segment.size() > tail ? segment.substr(1, segment.size() - tail) : "";
  if (name.empty() || name.find_first_not_of(k_name_characters) != std::string_view::npos) {
    return Complaint{.message = fmt::format("\"{}\" is no path variable", segment),
                     .hint = "write {name}, or {name+} for the rest of the path"};
  }
  if (greedy && !last) {
    return Complaint{.message = fmt::format("{} takes the rest of the path, so nothing may follow it", segment), .hint = {}};
  }
  if (!names.emplace(name).second) {
    return Complaint{.message = fmt::format("the path variable \"{}\" appears twice", name), .hint = {}};
  }
  return std::nullopt;
}

Finding check_path(std::string_view path)
{
  std::set<std::string> names;
  for (std::size_t start = 1; start < path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (auto complaint = check_segment(path.substr(start, end - start), end == path.size(), names)) {
      return complaint;
    }
    start = end + 1;
    if (start == path.size()) {
      return Complaint{.message = fmt::format("\"{}\" ends in a slash", path), .hint = "a route without it answers both"};
    }
  }
  return std::nullopt;
}

Finding check_route(std::string_view text)
{
  if (text == "$default") {
    return std::nullopt;
  }
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || text.substr(space + 1, 1) != "/") {
    return Complaint{.message = fmt::format("\"{}\" is no route", text),
                     .hint = "write METHOD /path with one space between: GET /products/{id}"};
  }
  const std::string_view method = text.substr(0, space);
  if (std::find(std::begin(k_route_methods), std::end(k_route_methods), method) == std::end(k_route_methods)) {
    return method_complaint(method);
  }
  return check_path(text.substr(space + 1));
}

/// What follows "://": host[:port], and nothing after it.
bool is_authority(std::string_view text)
{
  const std::size_t colon = text.rfind(':');
  const std::string_view port = colon == std::string_view::npos ? "1" : text.substr(colon + 1);
  const std::string_view host = text.substr(0, colon);
  const bool port_ok = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
  return port_ok && !host.empty() &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*") == std::string_view::npos;
}

Finding check_origin(std::string_view text)
{
  if (text == "*") {
    return std::nullopt;
  }
  const std::size_t end = text.find("://");
  const std::string_view scheme = text.substr(0, end);
  if (end == std::string_view::npos || (scheme != "https" && scheme != "http") || !is_authority(text.substr(end + 3))) {
    return Complaint{.message = fmt::format("\"{}\" is no origin", text),
                     .hint = "write scheme://host[:port] without a path or a final slash, or *"};
  }
  return std::nullopt;
}

bool is_loopback(std::string_view authority)
{
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

Finding check_https_url(std::string_view text)
{
  const std::size_t end = text.find("://");
  const std::string_view rest = end == std::string_view::npos ? "" : text.substr(end + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::string_view scheme = text.substr(0, end);
  const bool clean = text.find_first_of(" \t\"<>#") == std::string_view::npos;
  if (clean && is_authority(authority) && (scheme == "https" || (scheme == "http" && is_loopback(authority)))) {
    return std::nullopt;
  }
  return Complaint{.message = fmt::format("\"{}\" is no https URL", text),
                   .hint = "keys fetched without TLS can be anybody's; http is for 127.0.0.1 alone"};
}

}  // namespace

const TextRule k_route{"^([$]default|(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY) /[^ ]*)$", check_route};
const TextRule k_origin{"^([*]|https?://[A-Za-z0-9.*-]+(:[0-9]{1,5})?)$", check_origin};
const TextRule k_https_url{"^(https://[^ /]+|http://(localhost|127[.]0[.]0[.]1)(:[0-9]+)?)(/[^ #]*)?$", check_https_url};

}  // namespace davit::cli::config
