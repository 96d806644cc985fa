// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/rest_route.hpp"

#include <algorithm>

#include "aws/core/uri.hpp"

namespace davit::aws::local::front {
namespace {

std::vector<std::string_view> segments_of(std::string_view path)
{
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  if (!segments.empty() && segments.back().empty()) {
    segments.pop_back();
  }
  return segments;
}

std::optional<std::map<std::string, std::string>> labels_of(std::string_view pattern, const std::vector<std::string_view>& path)
{
  const auto expected = segments_of(pattern);
  if (expected.size() != path.size()) {
    return std::nullopt;
  }
  std::map<std::string, std::string> labels;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (expected[i].starts_with('{')) {
      labels.emplace(expected[i].substr(1, expected[i].size() - 2), percent_decode(path[i]));
    } else if (expected[i] != path[i]) {
      return std::nullopt;
    }
  }
  return labels;
}

std::string decode_form(std::string_view text)
{
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

}  // namespace

std::optional<RestMatch> match_route(std::span<const RestRoute> routes, std::string_view method, std::string_view path)
{
  const auto segments = segments_of(path);
  for (const auto& route : routes) {
    if (route.method != method) {
      continue;
    }
    if (auto labels = labels_of(route.path, segments)) {
      return RestMatch{route.operation, std::move(*labels)};
    }
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> form_parameters(std::string_view text)
{
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    const auto equals = pair.find('=');
    if (!pair.empty()) {
      parameters.emplace_back(decode_form(pair.substr(0, equals)),
                              equals == std::string_view::npos ? std::string() : decode_form(pair.substr(equals + 1)));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parameters;
}

std::optional<std::string> form_parameter(std::string_view text, std::string_view name)
{
  for (auto& [key, value] : form_parameters(text)) {
    if (key == name) {
      return std::move(value);
    }
  }
  return std::nullopt;
}

}  // namespace davit::aws::local::front
