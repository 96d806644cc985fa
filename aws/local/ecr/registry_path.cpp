// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/registry_path.hpp"

#include <algorithm>
#include <optional>
#include <regex>

namespace davit::aws::local::ecr {
namespace {

constexpr std::string_view k_prefix = "/v2/";
constexpr std::size_t k_longest_tag = 128;

struct Split {
  std::string before;
  std::string after;
};

/// At the last occurrence of "/word/".
std::optional<Split> split_at(std::string_view path, std::string_view word)
{
  const std::size_t at = path.rfind(word);
  if (at == std::string_view::npos || at == 0) {
    return std::nullopt;
  }
  return Split{std::string(path.substr(0, at)), std::string(path.substr(at + word.size()))};
}

}  // namespace

RegistryPath read_registry_path(std::string_view path)
{
  using Kind = RegistryPath::Kind;
  if (path == "/v2" || path == k_prefix) {
    return {.kind = Kind::root, .repository = {}};
  }
  if (!path.starts_with(k_prefix)) {
    return {};
  }
  path.remove_prefix(k_prefix.size());
  if (const auto split = split_at(path, "/blobs/uploads/")) {
    return {.kind = split->after.empty() ? Kind::uploads : Kind::upload, .repository = split->before, .name = split->after};
  }
  if (path.ends_with("/blobs/uploads")) {
    return {.kind = Kind::uploads, .repository = std::string(path.substr(0, path.rfind("/blobs/uploads")))};
  }
  if (const auto split = split_at(path, "/tags/list"); split && split->after.empty()) {
    return {.kind = Kind::tags, .repository = split->before};
  }
  const std::pair<std::string_view, Kind> words[] = {
      {"/manifests/", Kind::manifest}, {"/blobs/", Kind::blob}, {"/referrers/", Kind::referrers}};
  for (const auto& [word, kind] : words) {
    if (const auto split = split_at(path, word); split && !split->after.empty() && split->after.find('/') == std::string::npos) {
      return {.kind = kind, .repository = split->before, .name = split->after};
    }
  }
  return {};
}

bool is_repository_name(std::string_view name)
{
  static const std::regex k_pattern(R"([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)");
  return name.size() >= 2 && name.size() <= 256 && std::regex_match(name.begin(), name.end(), k_pattern);
}

bool is_tag_name(std::string_view tag)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  };
  return !tag.empty() && tag.size() <= k_longest_tag && tag.front() != '.' && tag.front() != '-' &&
         std::all_of(tag.begin(), tag.end(), allowed);
}

}  // namespace davit::aws::local::ecr
