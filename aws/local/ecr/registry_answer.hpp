// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "aws/local/ecr/image_store.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/server/http_server.hpp"

/// Answers of the registry's own API.
namespace davit::aws::local::ecr {

/// {"errors":[{"code":...,"message":...}]} (distribution-spec, "Error Codes").
server::StreamedResponse error_answer(int status, std::string_view code, const std::string& message);

/// A fault of ECR's API in the registry's words.
server::StreamedResponse error_answer(const Fault& fault);

/// 401 as ECR gives it: Basic, and no JSON.
server::StreamedResponse unauthorized(const std::string& host);

/// Where an upload stands: Location, Range, Docker-Upload-UUID.
server::StreamedResponse upload_answer(int status, const Repository& repository, const std::string& id, std::uint64_t size);

/// "Range: bytes=FIRST-[LAST]" of a blob of that size; nothing when there is none, or one that is to be passed over (RFC 9110
/// section 14.2).
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};
struct RangeRequest {
  bool is_satisfiable = true;
  std::optional<ByteRange> range = std::nullopt;
};
RangeRequest range_of(const http::Headers& headers, std::uint64_t size);

/// A blob, or the part of it that is asked for.
server::StreamedResponse blob_answer(const std::filesystem::path& path, const std::string& digest, const http::Headers& headers);

}  // namespace davit::aws::local::ecr
