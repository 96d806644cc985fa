// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::http {

/// CRC-32 of ISO 3309, as gzip and the x-amz-crc32 header of DynamoDB use it. `before` is that of the bytes before these.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

/// Replaces a gzip body by what it holds, at most `max_bytes`; leaves any other body alone. Failed error when it is broken or too large.
Status inflate_body(Response& response, std::size_t max_bytes);

}  // namespace davit::aws::http
