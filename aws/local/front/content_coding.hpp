// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace davit::aws::local::front {

/// The content codings that requests and answers may have (RFC 9110 section 8.4.1); deflate is the zlib format.
enum class Coding { gzip, deflate };

std::string_view name_of(Coding coding);

/// The coding of that name, in any case; nothing for any other.
std::optional<Coding> coding_named(std::string_view name);

/// Why compressed bytes were not inflated.
enum class InflateError { malformed, too_large };

/// The bytes as they were: one gzip member or more, or one zlib stream; at most `limit` of them.
tl::expected<std::string, InflateError> inflate(Coding coding, std::string_view compressed, std::size_t limit);

std::string deflate(Coding coding, std::string_view bytes);

/// The coding that an Accept-Encoding field likes best (RFC 9110 section 12.5.3): the first of those with the greatest weight, a name
/// before `*`. Nothing when it allows neither.
std::optional<Coding> preferred_coding(std::string_view accept_encoding);

/// CRC-32 as gzip has it, of the bytes on the wire: what DynamoDB sends as x-amz-crc32.
std::uint32_t crc32(std::string_view bytes);

}  // namespace davit::aws::local::front
