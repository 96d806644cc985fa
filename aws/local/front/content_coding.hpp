// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace davit::aws::local::front {

/// The bytes of one gzip member (RFC 1952). Nothing when malformed or longer than `limit` inflated.
std::optional<std::string> gunzip(std::string_view compressed, std::size_t limit);

std::string gzip(std::string_view bytes);

/// Whether an Accept-Encoding field allows gzip (RFC 9110 section 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

/// CRC-32 as gzip has it, of the bytes on the wire: what DynamoDB sends as x-amz-crc32.
std::uint32_t crc32(std::string_view bytes);

}  // namespace davit::aws::local::front
