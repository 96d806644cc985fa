// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/route_match.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "aws/core/uri.hpp"

namespace davit::aws::local::gateway {
namespace {

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path)
{
  Segments segments;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  while (true) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return segments;
    }
    path.remove_prefix(slash + 1);
  }
}

bool is_variable(std::string_view segment)
{
  return segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}');
}

bool is_greedy(std::string_view segment)
{
  return is_variable(segment) && segment.ends_with("+}");
}

/// Higher is better.
using Rank = std::tuple<bool, std::size_t, bool>;

struct Candidate {
  RouteMatch match;
  Rank rank;
};

std::optional<Candidate> try_route(const Route& route, std::string_view method, const Segments& path)
{
  const std::string_view key = route.key;
  const auto space = key.find(' ');
  const auto key_method = key.substr(0, space);
  if (space == std::string_view::npos || (key_method != method && key_method != "ANY")) {
    return std::nullopt;
  }
  const Segments pattern = split(key.substr(space + 1));
  const bool greedy = is_greedy(pattern.back());
  if (greedy ? path.size() < pattern.size() : path.size() != pattern.size()) {
    return std::nullopt;
  }
  Candidate candidate{.match = {.route = &route}};
  std::size_t fixed = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const auto segment = pattern[i];
    if (is_greedy(segment)) {
      const std::string_view rest(path[i].data(), static_cast<std::size_t>(path.back().data() + path.back().size() - path[i].data()));
      candidate.match.path_parameters.emplace(segment.substr(1, segment.size() - 3), percent_decode(rest));
    } else if (is_variable(segment)) {
      candidate.match.path_parameters.emplace(segment.substr(1, segment.size() - 2), percent_decode(path[i]));
    } else if (segment == path[i]) {
      ++fixed;
    } else {
      return std::nullopt;
    }
  }
  candidate.rank = {!greedy, fixed, key_method != "ANY"};
  return candidate;
}

}  // namespace

std::optional<RouteMatch> match_route(const Api& api, std::string_view method, std::string_view path)
{
  const Segments segments = split(path);
  std::optional<Candidate> best;
  for (const auto& route : api.routes) {
    auto candidate = try_route(route, method, segments);
    if (candidate && (!best || candidate->rank > best->rank)) {
      best = std::move(candidate);
    }
  }
  if (best) {
    return std::move(best->match);
  }
  const auto fallback = std::find_if(api.routes.begin(), api.routes.end(), [](const Route& route) { return route.key == k_default_route; });
  return fallback == api.routes.end() ? std::nullopt : std::optional(RouteMatch{.route = &*fallback});
}

bool is_route_key(std::string_view key)
{
  static constexpr std::string_view k_methods[] = {"ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};
  const auto space = key.find(' ');
  const bool known = std::find(std::begin(k_methods), std::end(k_methods), key.substr(0, space)) != std::end(k_methods);
  return key == k_default_route || (space != std::string_view::npos && known && key.substr(space + 1).starts_with('/'));
}

}  // namespace davit::aws::local::gateway
