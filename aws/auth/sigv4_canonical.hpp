// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/auth/sigv4.hpp"

/// The canonical forms that both sides of a signature compute. Only aws/auth/sigv4 and its reader use them.
namespace davit::aws::auth::sigv4 {

constexpr std::string_view k_algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view k_unsigned_payload = "UNSIGNED-PAYLOAD";

using Parameters = std::vector<std::pair<std::string, std::string>>;
using CanonicalHeaders = std::map<std::string, std::string>;

template <typename Function>
void for_each_part(std::string_view text, char separator, Function&& function)
{
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    function(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

std::string canonical_path(std::string_view wire_path, std::string_view service, NormalizePath normalize);

/// Decoded names and values in the order of the wire.
Parameters parameters_of(std::string_view query);

/// Sorted as pairs: joined strings would sort "Param-3=" before "Param=".
std::string canonical_query(const Parameters& parameters);

/// Without white space at the ends, and with each run of it inside (folded lines too) as one space.
std::string canonical_value(std::string_view value);

/// Every field by lower-case name, values of one name joined in the order in which they arrived.
CanonicalHeaders canonical_headers(const http::Request& request);

std::string canonical_request(std::string_view method, std::string_view path, std::string_view query, const CanonicalHeaders& headers,
                              const std::vector<std::string>& signed_names, std::string_view payload_hash);

struct Scope {
  std::string date;
  std::string region;
  std::string service;

  friend bool operator==(const Scope&, const Scope&) = default;

  [[nodiscard]] std::string to_string() const { return fmt::format("{}/{}/{}/aws4_request", date, region, service); }
};

/// The string to sign and the signature of a canonical request.
Signing finish(std::string canonical, std::string_view timestamp, const Scope& scope, std::string_view secret);

}  // namespace davit::aws::auth::sigv4
