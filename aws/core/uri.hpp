// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit {

/// Percent-encodes all but RFC 3986 unreserved characters, upper-case hexadecimal. `keep` lists further characters to leave as they are.
std::string percent_encode(std::string_view text, std::string_view keep = {});

/// Decodes %XX; a '%' without two hexadecimal digits stays as it is.
std::string percent_decode(std::string_view text);

/// An absolute http or https URL, taken apart as RFC 3986 section 3 does.
struct Url {
  std::string scheme;      ///< lower case
  std::string host;        ///< lower case; an IPv6 address stands in brackets
  std::uint16_t port = 0;  ///< the scheme's own port when the URL names none
  std::string path = "/";  ///< as written, never empty
  std::string query;       ///< without the question mark

  /// What a Host header holds: the port only when it is not the scheme's own.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string to_string() const;
  /// Whether the host's very name says that it is this machine, in any spelling of a loopback address; nothing is looked up.
  [[nodiscard]] bool is_loopback() const;
};

/// Refuses anything but http and https, user information and control characters. Usage error.
Result<Url> parse_url(std::string_view text);

}  // namespace davit
