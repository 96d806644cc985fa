// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/location.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace davit::aws::registry {
namespace {

struct Network {
  std::uint32_t address;
  int prefix;
};

/// RFC 1918, RFC 6598 (carrier NAT), RFC 3927 (link-local, where metadata services live), loopback and "this network" (RFC 6890).
constexpr std::array<Network, 7> k_private_v4{
    {{0x00000000, 8}, {0x0A000000, 8}, {0x64400000, 10}, {0x7F000000, 8}, {0xA9FE0000, 16}, {0xAC100000, 12}, {0xC0A80000, 16}}};

bool is_private_v4(std::uint32_t address)
{
  for (const auto& network : k_private_v4) {
    const std::uint32_t mask = ~0U << (32 - network.prefix);
    if ((address & mask) == network.address) {
      return true;
    }
  }
  return false;
}

/// Unique local (fc00::/7), link-local (fe80::/10), loopback and unspecified, and the IPv4 addresses in ::ffff:0:0/96.
bool is_private_v6(const in6_addr& address)
{
  const auto& bytes = address.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    return is_private_v4(std::uint32_t{bytes[12]} << 24 | std::uint32_t{bytes[13]} << 16 | std::uint32_t{bytes[14]} << 8 | bytes[15]);
  }
  return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) || (bytes[0] & 0xFE) == 0xFC ||
         IN6_IS_ADDR_LINKLOCAL(&address);
}

/// "/a/b/../c" -> "/a/c" (RFC 3986 section 5.2.4)
std::string without_dot_segments(std::string_view path)
{
  std::vector<std::string_view> kept;
  bool ends_in_folder = false;
  for (path.remove_prefix(1); true; path.remove_prefix(path.find('/') + 1)) {
    const std::string_view segment = path.substr(0, path.find('/'));
    ends_in_folder = segment == "." || segment == "..";
    if (segment == ".." && !kept.empty()) {
      kept.pop_back();
    } else if (!ends_in_folder) {
      kept.push_back(segment);
    }
    if (path.find('/') == std::string_view::npos) {
      break;
    }
  }
  std::string out;
  for (const auto& segment : kept) {
    out.append("/").append(segment);
  }
  return out.empty() || ends_in_folder ? out + "/" : out;
}

Result<Url> resolve(const Url& base, std::string_view location)
{
  if (location.find("://") < location.find_first_of("/?")) {
    return parse_url(location);
  }
  if (location.starts_with("//")) {
    return parse_url(fmt::format("{}:{}", base.scheme, location));
  }
  Url out = base;
  const std::size_t question = location.find('?');
  const std::string_view path = location.substr(0, question);
  out.query = question == std::string_view::npos ? "" : std::string(location.substr(question + 1, location.find('#') - question - 1));
  if (!path.empty()) {
    const std::string folder = base.path.substr(0, base.path.rfind('/') + 1);
    out.path = without_dot_segments(path.starts_with('/') ? std::string(path) : folder + std::string(path));
  }
  return out;
}

}  // namespace

bool same_origin(const Url& a, const Url& b)
{
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
}

bool is_private_host(const Url& url)
{
  in_addr v4{};
  in6_addr v6{};
  const std::string bare = url.host.starts_with('[') ? url.host.substr(1, url.host.size() - 2) : url.host;
  if (::inet_aton(bare.c_str(), &v4) != 0) {
    return is_private_v4(ntohl(v4.s_addr));
  }
  if (::inet_pton(AF_INET6, bare.c_str(), &v6) == 1) {
    return is_private_v6(v6);
  }
  return url.is_loopback();
}

Result<Url> follow(const Url& base, std::string_view location)
{
  auto target = resolve(base, location);
  if (!target) {
    return fail(failed_error(fmt::format("{} sends to a place that cannot be understood: '{}'", base.authority(), location)));
  }
  if (same_origin(base, *target)) {
    return target;
  }
  if (base.scheme == "https" && target->scheme != "https") {
    return fail(failed_error(
        fmt::format("{} sends from https to http://{}, which is not encrypted; refused", base.authority(), target->authority()),
        "behind a TLS proxy, the registry must know its own address (docker-registry: http.host)"));
  }
  if (is_private_host(*target)) {
    return fail(
        failed_error(fmt::format("{} sends to {}, another host with a private address; refused", base.authority(), target->authority()),
                     "if the registry is your own, have it name itself by one address (docker-registry: http.host)"));
  }
  return target;
}

}  // namespace davit::aws::registry
