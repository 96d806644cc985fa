// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::aws::registry {
namespace {

constexpr std::string_view k_docker_hub = "docker.io";
constexpr std::size_t k_longest_repository = 255;
constexpr std::size_t k_longest_tag = 128;
constexpr std::size_t k_hex_digits = 64;

bool is_lower_or_digit(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_letter_or_digit(char c)
{
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

/// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
bool is_path_component(std::string_view text)
{
  if (text.empty() || !is_lower_or_digit(text.front()) || !is_lower_or_digit(text.back())) {
    return false;
  }
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(text[i], i), text.size());
    const std::size_t run = end - i;
    const bool good = is_lower_or_digit(text[i]) || text[i] == '-' || (text[i] == '.' && run == 1) || (text[i] == '_' && run <= 2);
    const bool two_separators = !is_lower_or_digit(text[i]) && end < text.size() && !is_lower_or_digit(text[end]);
    if (!good || two_separators) {
      return false;
    }
    i = end;
  }
  return true;
}

bool is_repository(std::string_view text)
{
  if (text.empty() || text.size() > k_longest_repository) {
    return false;
  }
  while (true) {
    const std::size_t slash = text.find('/');
    if (!is_path_component(text.substr(0, slash))) {
      return false;
    }
    if (slash == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(slash + 1);
  }
}

/// The part before the first slash is a host when it could be no path component of Docker Hub.
bool is_host(std::string_view text)
{
  return text == "localhost" || text.find_first_of(".:") != std::string_view::npos;
}

Error refuse(std::string_view text, std::string_view why)
{
  return usage_error(fmt::format("'{}' names no image of a registry: {}", text, why), "write it as HOST/REPOSITORY[:TAG][@sha256:DIGEST]");
}

}  // namespace

std::string Reference::version() const
{
  return !digest.empty() ? digest : tag.empty() ? "latest" : tag;
}

std::string Reference::to_string() const
{
  return fmt::format("{}/{}{}{}{}{}", host, repository, tag.empty() ? "" : ":", tag, digest.empty() ? "" : "@", digest);
}

bool is_tag(std::string_view text)
{
  return !text.empty() && text.size() <= k_longest_tag && (is_letter_or_digit(text.front()) || text.front() == '_') &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_digest(std::string_view text)
{
  constexpr std::string_view k_algorithm = "sha256:";
  return text.starts_with(k_algorithm) && text.size() == k_algorithm.size() + k_hex_digits &&
         text.find_first_not_of("0123456789abcdef", k_algorithm.size()) == std::string_view::npos;
}

Result<Reference> parse_reference(std::string_view text)
{
  const std::string_view whole = text;
  Reference reference;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    reference.digest = text.substr(at + 1);
    text = text.substr(0, at);
    if (!is_digest(reference.digest)) {
      return fail(refuse(whole, "after @ stands no sha256 digest"));
    }
  }
  const std::size_t slash = text.find('/');
  const bool has_host = slash != std::string_view::npos && is_host(text.substr(0, slash));
  reference.host = has_host ? text.substr(0, slash) : k_docker_hub;
  text = has_host ? text.substr(slash + 1) : text;
  if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    reference.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
    if (!is_tag(reference.tag)) {
      return fail(refuse(whole, "a tag has letters, digits, '.', '_' and '-', at most 128, and begins with no '.' or '-'"));
    }
  }
  reference.repository = text;
  if (!is_repository(text)) {
    return fail(refuse(whole, "a repository has lower-case letters and digits, with single separators between them"));
  }
  if (reference.host == k_docker_hub && text.find('/') == std::string_view::npos) {
    reference.repository = "library/" + reference.repository;
  }
  DAVIT_TRY(url_of_registry(reference.host));
  return reference;
}

Result<Url> url_of_registry(const std::string& host)
{
  const std::string api = host == k_docker_hub ? "registry-1.docker.io" : host;
  DAVIT_TRY_ASSIGN(Url url, parse_url("https://" + api + "/v2/"));
  // The port of a registry on this machine: 80 when none is named, as its scheme says.
  return url.is_loopback() ? parse_url("http://" + api + "/v2/") : Result<Url>(std::move(url));
}

}  // namespace davit::aws::registry
