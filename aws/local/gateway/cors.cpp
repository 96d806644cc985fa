// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/cors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace davit::aws::local::gateway {
namespace {

constexpr const char* k_response_headers[] = {"access-control-allow-origin",  "access-control-allow-methods",
                                              "access-control-allow-headers", "access-control-expose-headers",
                                              "access-control-max-age",       "access-control-allow-credentials"};

/// "https://*" allows every origin of that scheme.
bool is_allowed(const std::string& allowed, const std::string& origin)
{
  return allowed == "*" || allowed == origin || (allowed.ends_with("://*") && origin.starts_with(allowed.substr(0, allowed.size() - 1)));
}

/// What to send as the allowed origin; nothing when this one is not allowed.
std::optional<std::string> allowed_origin(const Cors& cors, const std::string& origin)
{
  const auto found =
      std::find_if(cors.allow_origins.begin(), cors.allow_origins.end(), [&](const std::string& each) { return is_allowed(each, origin); });
  if (found == cors.allow_origins.end()) {
    return std::nullopt;
  }
  return *found == "*" ? "*" : origin;
}

void add_list(http::Headers& headers, const char* name, const std::vector<std::string>& list)
{
  if (!list.empty()) {
    headers.add(name, fmt::format("{}", fmt::join(list, ",")));
  }
}

void add_common(const Cors& cors, const std::string& origin, http::Headers& headers)
{
  headers.add("access-control-allow-origin", origin);
  if (cors.allow_credentials) {
    headers.add("access-control-allow-credentials", "true");
  }
  if (origin != "*") {
    headers.add("vary", "Origin");
  }
}

}  // namespace

std::optional<http::Response> answer_preflight(const Cors& cors, const http::Request& request)
{
  const auto origin = request.headers.get("origin");
  if (request.method != "OPTIONS" || !origin || !request.headers.get("access-control-request-method")) {
    return std::nullopt;
  }
  http::Response response{.status = 204};
  if (const auto allowed = allowed_origin(cors, *origin)) {
    add_common(cors, *allowed, response.headers);
    add_list(response.headers, "access-control-allow-methods", cors.allow_methods);
    add_list(response.headers, "access-control-allow-headers", cors.allow_headers);
    if (cors.max_age_s) {
      response.headers.add("access-control-max-age", std::to_string(*cors.max_age_s));
    }
  }
  return response;
}

void apply_cors(const Cors& cors, const http::Request& request, http::Headers& response)
{
  for (const char* name : k_response_headers) {
    response.remove(name);
  }
  const auto origin = request.headers.get("origin");
  const auto allowed = origin ? allowed_origin(cors, *origin) : std::nullopt;
  if (allowed) {
    add_common(cors, *allowed, response);
    add_list(response, "access-control-expose-headers", cors.expose_headers);
  }
}

}  // namespace davit::aws::local::gateway
