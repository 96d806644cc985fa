// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace davit {

/// Lower-case hexadecimal digits of the bytes.
std::string to_hex(std::string_view bytes);

/// The bytes, or nothing when a character is no hexadecimal digit or their number is odd.
std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 section 4, with padding.
std::string to_base64(std::string_view bytes);

/// Strict RFC 4648 section 4: padding required, no white space, unused trailing bits zero. Nothing when malformed.
std::optional<std::string> from_base64(std::string_view text);

/// RFC 4648 section 5 without padding, as RFC 7515 section 2 wants it.
std::string to_base64url(std::string_view bytes);

/// Strict: no padding, no white space, unused trailing bits zero. Nothing when malformed.
std::optional<std::string> from_base64url(std::string_view text);

/// True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

}  // namespace davit
