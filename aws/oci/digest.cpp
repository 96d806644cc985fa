// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/digest.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::aws::oci {
namespace {

constexpr std::string_view k_prefix = "sha256:";
constexpr std::size_t k_hex_length = 64;

}  // namespace

std::string digest_from_raw(std::string_view sha256)
{
  return std::string(k_prefix) + to_hex(sha256);
}

std::string digest_of(std::string_view bytes)
{
  return digest_from_raw(crypto::sha256(bytes));
}

Result<std::string> digest_hex(std::string_view digest)
{
  const bool known = digest.starts_with(k_prefix);
  const std::string_view hex = known ? digest.substr(k_prefix.size()) : std::string_view{};
  if (hex.size() != k_hex_length || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return fail(failed_error(fmt::format("'{}' is not a digest that davit reads", digest),
                             "expected sha256: and 64 lower-case hexadecimal digits"));
  }
  return std::string(hex);
}

}  // namespace davit::aws::oci
