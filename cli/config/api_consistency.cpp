// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "cli/config/consistency.hpp"

namespace davit::cli::config {
namespace {

using Part = Reader::Part;

/// "GET /users/{id}" as the gateway compares it: the names of path variables do not count.
std::string without_variable_names(std::string_view route)
{
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < route.size(); ++i) {
    inside = inside && route[i] != '}' && route[i] != '+';
    if (!inside) {
      out += route[i];
    }
    inside = inside || route[i] == '{';
  }
  return out;
}

void check_route(const Api& api, const std::string& key, const Route& route, Reader& reader)
{
  const std::string path = "api.routes." + key;
  const bool by_token = route.auth == "jwt";
  if (by_token && !api.authorizer) {
    reader.complain_at(path + ".auth", Part::value,
                       {.message = "there is no `api.authorizer` that could check the token", .hint = "add it, with issuer and audience"});
  }
  if (!by_token && !route.groups.empty()) {
    reader.complain_at(path + ".groups", Part::key,
                       {.message = "groups come from a token, and this route asks for none", .hint = "add `auth: jwt`"});
  }
  if (!by_token && !route.scopes.empty()) {
    reader.complain_at(path + ".scopes", Part::key,
                       {.message = "scopes come from a token, and this route asks for none", .hint = "add `auth: jwt`"});
  }
  if (!route.groups.empty() && api.authorizer && !api.authorizer->groups_claim) {
    reader.complain_at(path + ".groups", Part::key,
                       {.message = "no claim says which groups a caller has", .hint = "add `groups_claim` to `api.authorizer`"});
  }
}

void check_routes(const Api& api, Reader& reader)
{
  std::map<std::string, std::string> seen;
  for (const auto& [key, route] : api.routes) {
    check_route(api, key, route, reader);
    const auto [first, is_new] = seen.emplace(without_variable_names(key), key);
    if (!is_new) {
      reader.complain_at("api.routes." + key, Part::key,
                         {.message = fmt::format("the gateway cannot tell it from \"{}\"", first->second),
                          .hint = "only the names of path variables differ"});
    }
  }
}

void check_cors(const Cors& cors, Reader& reader)
{
  const bool any = std::find(cors.origins.begin(), cors.origins.end(), "*") != cors.origins.end();
  if (any && cors.credentials) {
    reader.complain_at("api.cors.credentials", Part::key,
                       {.message = "browsers refuse credentials together with the origin *", .hint = "list the origins"});
  }
  if (any && cors.origins.size() > 1) {
    reader.complain_at("api.cors.origins", Part::key,
                       {.message = "* is every origin, so no other makes a difference", .hint = "keep * or the list"});
  }
}

}  // namespace

void check_api(const Api& api, Reader& reader)
{
  if (api.type == ApiType::rest && api.stage == "$default") {
    const bool given = reader.sites().count("api.stage") > 0;
    reader.complain_at(given ? "api.stage" : "api.type", Part::value,
                       {.message = "a REST API has no stage $default", .hint = "name one: `stage: v1`"});
  }
  if (api.cors) {
    check_cors(*api.cors, reader);
  }
  check_routes(api, reader);
}

}  // namespace davit::cli::config
